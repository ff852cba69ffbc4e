using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// What a query over revisions takes for a document: <c>{"Current":…,"Previous":…}</c>, with null where there is none. Put together in
/// memory that is reused; belongs to one reader.
/// </summary>
internal sealed class RevisionPair : IContentSource
{
    public const string Current = "Current";
    public const string Previous = "Previous";

    // An unusually large pair must not leave its memory with the reader for good.
    private const int MaxKeptBytes = 64 * 1024;

    private byte[] _bytes = [];
    private int _length;
    private Change? _change;

    /// <summary>Whether a path's first step leads to one of the versions.</summary>
    public static bool IsSide(PathStep step) => step.Property is Current or Previous;

    public ReadOnlyMemory<byte> ContentOf(Change change)
    {
        if (!ReferenceEquals(_change, change)) PutTogether(change);
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>Lets go of the pair.</summary>
    public void End()
    {
        _change = null;
        if (_bytes.Length > MaxKeptBytes) _bytes = [];
    }

    private void PutTogether(Change change)
    {
        var previous = change.Previous is { Content.IsEmpty: false } version ? version.Content.Span : "null"u8;
        var current = change.Content.IsEmpty ? "null"u8 : change.Content.Span;
        var needed = current.Length + previous.Length + "{\"Current\":,\"Previous\":}"u8.Length;
        if (_bytes.Length < needed) _bytes = new byte[Math.Max(needed, 512)];

        _length = 0;
        Append("{\"Current\":"u8);
        Append(current);
        Append(",\"Previous\":"u8);
        Append(previous);
        Append("}"u8);
        _change = change;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
