using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Subscriptions.Core.Changes;

/// <summary>How two change vectors stand to each other.</summary>
public enum ChangeVectorOrder
{
    /// <summary>Both have seen the same.</summary>
    Equal = 0,

    /// <summary>The right one has seen all that the left one has, and more.</summary>
    Before = 1,

    /// <summary>The left one has seen all that the right one has, and more.</summary>
    After = 2,

    /// <summary>Each has seen something that the other has not.</summary>
    Concurrent = 3,
}

/// <summary>One entry of a change vector.</summary>
/// <param name="Branch">The branch: the entry's identity.</param>
/// <param name="Partition">The partition that the branch belongs to: a help for readers, no part of the identity.</param>
/// <param name="Seqno">The highest seqno seen, from 1.</param>
public readonly record struct ChangeVectorEntry(BranchId Branch, int Partition, long Seqno);

/// <summary>
/// What a reader has seen: for each branch the highest seqno; an absent branch counts as 0. Immutable.
/// Text: <c>p0:1200-00c3a1b2c3d4e5f6, p1:77-01ab…</c> (partition label, seqno, branch).
/// </summary>
public sealed class ChangeVector : IEquatable<ChangeVector>
{
    private const int FewEntries = 16;
    private const int ShownCharacters = 60;

    private readonly Dictionary<BranchId, long>? _seqnos;

    private ChangeVector(ImmutableArray<ChangeVectorEntry> entries)
    {
        Entries = entries;

        // Vectors come from outside too: comparing two large ones must not take time that grows with the product of their sizes.
        if (entries.Length > FewEntries) _seqnos = entries.ToDictionary(e => e.Branch, e => e.Seqno);
    }

    /// <summary>Nothing seen.</summary>
    public static ChangeVector Empty { get; } = new([]);

    /// <summary>The entries, by partition and branch.</summary>
    public ImmutableArray<ChangeVectorEntry> Entries { get; }

    /// <summary>Builds a vector; of a branch that stands twice the higher seqno counts, entries at 0 are dropped.</summary>
    public static ChangeVector Create(IEnumerable<ChangeVectorEntry> entries)
    {
        var highest = new Dictionary<BranchId, ChangeVectorEntry>();
        foreach (var entry in entries)
        {
            if (entry.Seqno <= 0 || entry.Branch == BranchId.None) continue;
            if (!highest.TryGetValue(entry.Branch, out var known) || known.Seqno < entry.Seqno) highest[entry.Branch] = entry;
        }

        return highest.Count == 0 ? Empty : new ChangeVector([.. highest.Values.OrderBy(e => e.Partition).ThenBy(e => e.Branch)]);
    }

    /// <summary>A partition's failover log as the vector that it is.</summary>
    public static ChangeVector Of(PartitionState partition) => Create(partition.FailoverLog.Entries.Select(
        e => new ChangeVectorEntry(e.Branch, partition.Partition, partition.FailoverLog.UpperBound(e.Branch, partition.HighSeqno))));

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text; empty for the empty vector.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="error">What is wrong and where, for people.</param>
    public static bool TryParse(string text, out ChangeVector vector, out string error)
    {
        vector = Empty;
        error = "";
        if (string.IsNullOrWhiteSpace(text)) return true;

        var entries = new List<ChangeVectorEntry>();
        foreach (var part in text.Split(','))
        {
            if (!TryParseEntry(part.Trim(), out var entry))
            {
                error = $"entry '{Shorten(part.Trim())}' is not of the form p<partition>:<seqno>-<16 hex digits>";
                return false;
            }

            entries.Add(entry);
        }

        vector = Create(entries);
        return true;
    }

    /// <summary>The highest seqno seen of a branch; 0 when none.</summary>
    public long this[BranchId branch]
    {
        get
        {
            if (_seqnos is not null) return _seqnos.GetValueOrDefault(branch);
            foreach (var entry in Entries)
            {
                if (entry.Branch == branch) return entry.Seqno;
            }

            return 0;
        }
    }

    /// <summary>The least vector that has seen what either has: per branch the maximum.</summary>
    public ChangeVector Merge(ChangeVector other) => Create(Entries.Concat(other.Entries));

    /// <summary>How this vector (left) stands to <paramref name="other"/> (right).</summary>
    public ChangeVectorOrder CompareTo(ChangeVector other)
    {
        var leftAhead = Entries.Any(e => e.Seqno > other[e.Branch]);
        var rightAhead = other.Entries.Any(e => e.Seqno > this[e.Branch]);
        return (leftAhead, rightAhead) switch
        {
            (false, false) => ChangeVectorOrder.Equal,
            (false, true) => ChangeVectorOrder.Before,
            (true, false) => ChangeVectorOrder.After,
            _ => ChangeVectorOrder.Concurrent,
        };
    }

    /// <inheritdoc />
    public bool Equals(ChangeVector? other) => other is not null && CompareTo(other) == ChangeVectorOrder.Equal;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ChangeVector);

    /// <inheritdoc />
    public override int GetHashCode() => Entries.Aggregate(0, (hash, e) => hash ^ HashCode.Combine(e.Branch, e.Seqno));

    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder(Entries.Length * 32);
        foreach (var entry in Entries)
        {
            if (text.Length > 0) text.Append(", ");
            text.Append(CultureInfo.InvariantCulture, $"p{entry.Partition}:{entry.Seqno}-{entry.Branch}");
        }

        return text.ToString();
    }

    private static string Shorten(string text) => text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…");

    private static bool TryParseEntry(ReadOnlySpan<char> text, out ChangeVectorEntry entry)
    {
        entry = default;
        var colon = text.IndexOf(':');
        var dash = text.IndexOf('-');
        if (colon < 2 || dash < colon || (text[0] | 0x20) != 'p') return false;
        if (!int.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)) return false;
        if (!long.TryParse(text[(colon + 1)..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var seqno)) return false;
        if (!BranchId.TryParse(text[(dash + 1)..], out var branch) || branch == BranchId.None) return false;

        entry = new ChangeVectorEntry(branch, partition, seqno);
        return true;
    }
}
