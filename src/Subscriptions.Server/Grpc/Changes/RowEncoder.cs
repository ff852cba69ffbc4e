using System.Text;
using Google.Protobuf;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>Makes messages of a feed's rows. For one feed, not thread-safe.</summary>
/// <param name="hasContent">Rows have their documents' content.</param>
/// <param name="tokenInterval">Only every n-th row has its token, or fewer where tokens are long.</param>
internal sealed class RowEncoder(bool hasContent, int tokenInterval)
{
    /// <summary>What the rows of one message may take together, unless one is larger.</summary>
    public const int MaxBytes = (1024 * 1024) - Overhead;

    // Everything of a message that is not in a row: tags, lengths, numbers.
    private const int Overhead = 256;

    // Everything of a row whose length is not counted: tags, lengths, numbers, the revision.
    private const int RowOverhead = 128;

    // By how much the position of one partition can make a token longer.
    private const int PositionBytes = 256;

    // What tokens may take of a row, on an average.
    private const int TokenShare = 1024;

    // Of UTF-8, for a character of UTF-16.
    private const int BytesOfCharacter = 3;

    private byte[] _token = [];
    private long _rows;
    private int _interval = 1;

    /// <summary>The most bytes that the token of a row takes, of those that were begun with.</summary>
    public int TokenBytes { get; private set; }

    /// <summary>Begins with rows, to none of which the feed has moved. They are of one partition.</summary>
    public void Begin(FeedRows rows)
    {
        if (_token.Length == 0) _token = new byte[rows.MaxTokenBytes];
        TokenBytes = rows.WriteToken(_token) + PositionBytes;
        _interval = Math.Max(tokenInterval, 1 + (TokenBytes / TokenShare));
    }

    /// <summary>The most bytes that the next row takes in a message.</summary>
    public int MaxSizeOf(Change change) =>
        RowOverhead
        + (BytesOfCharacter * (change.Id.Length + change.Collection.Length + (change.Error?.Length ?? 0)))
        + (hasContent ? change.Content.Length : 0)
        + (IsMarked(_rows) ? TokenBytes : 0);

    /// <summary>The next row, to which the feed has moved.</summary>
    public Wire.ChangeRow Encode(Change change, FeedRows rows) => new()
    {
        Id = change.Id,
        Collection = change.Collection,
        Revision = change.Revision.ToString(),
        Kind = ChangeRowFormat.ToWire(change.Kind),
        ChangedAtUnixMs = change.ChangedAt.ToUnixTimeMilliseconds(),
        Partition = change.Partition,
        Seqno = change.Seqno,
        Content = hasContent ? UnsafeByteOperations.UnsafeWrap(change.Content) : ByteString.Empty,
        ExpiresAtUnixMs = change.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
        ResumeToken = IsMarked(_rows++) ? TokenOf(rows) : "",
        Error = change.Error ?? "",
    };

    /// <summary>Where the feed is.</summary>
    public string TokenOf(FeedRows rows) => Encoding.ASCII.GetString(_token, 0, rows.WriteToken(_token));

    private bool IsMarked(long row) => (row + 1) % _interval == 0;
}
