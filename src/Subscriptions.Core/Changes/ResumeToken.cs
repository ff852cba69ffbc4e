using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Where a reader stands in a whole database: one <see cref="Position"/> per partition. What every face gives out and takes, and what a
/// subscription's cursor is. Immutable.
/// </summary>
/// <remarks>
/// Text: a readable number (the sum of all seqnos), a dash, and the binary form in base64url. The beginning is <c>0</c>. The text is opaque
/// to clients and safe in URLs.
/// </remarks>
public sealed class ResumeToken : IEquatable<ResumeToken>
{
    private ImmutableArray<Position> Sorted { get; }

    /// <summary>Creates a token.</summary>
    /// <param name="positions">At most one per partition; partitions at the beginning may be left out.</param>
    /// <exception cref="ArgumentException">A partition stands there twice.</exception>
    public ResumeToken(IEnumerable<Position> positions)
    {
        Sorted = [.. positions.Where(p => p.Seqno > 0).OrderBy(p => p.Partition)];
        for (var i = 1; i < Sorted.Length; i++)
        {
            if (Sorted[i].Partition == Sorted[i - 1].Partition)
                throw new ArgumentException($"Partition {Sorted[i].Partition} has two positions.", nameof(positions));
        }
    }

    /// <summary>The beginning of every partition.</summary>
    public static ResumeToken Beginning { get; } = new([]);

    /// <summary>The positions of the partitions that are not at the beginning, by partition.</summary>
    public ImmutableArray<Position> Positions => Sorted;

    /// <summary>The position in one partition.</summary>
    public Position this[int partition]
    {
        get
        {
            var (low, high) = (0, Sorted.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (Sorted[middle].Partition == partition) return Sorted[middle];
                if (Sorted[middle].Partition < partition) low = middle + 1;
                else high = middle - 1;
            }

            return Position.Beginning(partition);
        }
    }

    /// <summary>The newest change of every partition: a reader that starts here sees only what comes later.</summary>
    public static ResumeToken Now(IEnumerable<PartitionState> partitions) => new(partitions.Select(Position.Now));

    /// <summary>A token at the ends of snapshots: what a bare change vector says. Of several branches of one partition the highest seqno counts.</summary>
    public static ResumeToken Of(ChangeVector vector) => new(vector.Entries
        .GroupBy(e => e.Partition, (_, entries) => entries.MaxBy(e => e.Seqno))
        .Select(e => new Position(e.Partition, e.Branch, e.Seqno, e.Seqno, e.Seqno, 0)));

    /// <summary>The heads of the positions.</summary>
    public ChangeVector ToChangeVector() => ChangeVector.Create(Sorted.Select(p => new ChangeVectorEntry(p.Branch, p.Partition, p.Seqno)));

    /// <summary>This token with one partition's position replaced.</summary>
    public ResumeToken With(Position position) => new(Sorted.Where(p => p.Partition != position.Partition).Append(position));

    /// <summary>Of each partition the position of the two tokens that is further back.</summary>
    public ResumeToken Min(ResumeToken other) =>
        new(Sorted.Select(p => other[p.Partition] is var theirs && theirs.Seqno < p.Seqno ? theirs : p));

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">The token.</param>
    /// <returns>False when the text is not a token of this program.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ResumeToken token)
    {
        token = Beginning;
        if (text is "0") return true;

        var dash = text.IndexOf('-');
        if (dash < 1 || !UInt128.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var sum)) return false;
        if (!Base64Url.IsValid(text[(dash + 1)..])) return false;

        if (!ResumeTokenEncoding.TryDecode(Base64Url.DecodeFromChars(text[(dash + 1)..]), out var decoded) || decoded.Sum != sum) return false;

        token = decoded;
        return true;
    }

    /// <summary>The binary form.</summary>
    public byte[] ToByteArray()
    {
        var buffer = new byte[ResumeTokenEncoding.MaxBytes(Sorted.Length)];
        return buffer[..ResumeTokenEncoding.Encode(Sorted.AsSpan(), buffer)];
    }

    /// <summary>Reads the binary form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ResumeToken token) => ResumeTokenEncoding.TryDecode(bytes, out token);

    /// <inheritdoc />
    public bool Equals(ResumeToken? other) => other is not null && Sorted.SequenceEqual(other.Sorted);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ResumeToken);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Sorted.Length, Sum);

    /// <inheritdoc />
    public override string ToString() => ResumeTokenText.ToString(Sorted.AsSpan());

    private UInt128 Sum => Sorted.Aggregate(UInt128.Zero, (sum, p) => sum + (UInt128)p.Seqno);
}
