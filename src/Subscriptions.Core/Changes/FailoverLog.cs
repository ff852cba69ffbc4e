using System.Collections.Immutable;

namespace Subscriptions.Core.Changes;

/// <summary>One line of a failover log: a branch and the seqno at which it began.</summary>
/// <param name="Branch">The branch.</param>
/// <param name="StartSeqno">The last seqno that it shares with the branch before it; 0 for the first.</param>
public readonly record struct FailoverEntry(BranchId Branch, long StartSeqno);

/// <summary>The branches of one partition, newest first, at most <see cref="MaxEntries"/>; never empty. Immutable.</summary>
public sealed class FailoverLog : IEquatable<FailoverLog>
{
    /// <summary>How many branches are remembered; older ones are forgotten and their readers start again.</summary>
    public const int MaxEntries = 25;

    /// <summary>Creates a log.</summary>
    /// <param name="entries">Newest first, start seqnos not increasing, branches non-zero and distinct.</param>
    /// <exception cref="ArgumentException">The entries are not such a list.</exception>
    public FailoverLog(IEnumerable<FailoverEntry> entries)
    {
        Entries = [.. entries];
        if (Entries.IsEmpty || Entries.Length > MaxEntries)
            throw new ArgumentException($"A failover log has 1 to {MaxEntries} entries, not {Entries.Length}.", nameof(entries));
        for (var i = 0; i < Entries.Length; i++)
        {
            var entry = Entries[i];
            if (entry.Branch == BranchId.None || entry.StartSeqno < 0)
                throw new ArgumentException($"Entry {i} ({entry.Branch}@{entry.StartSeqno}) names no branch or a negative seqno.", nameof(entries));
            if (i > 0 && entry.StartSeqno > Entries[i - 1].StartSeqno)
                throw new ArgumentException($"Entry {i} starts above the newer entry before it.", nameof(entries));
        }

        if (Entries.DistinctBy(e => e.Branch).Count() != Entries.Length)
            throw new ArgumentException("A branch stands in the log twice.", nameof(entries));
    }

    /// <summary>The entries, newest first.</summary>
    public ImmutableArray<FailoverEntry> Entries { get; }

    /// <summary>The branch that is written to now.</summary>
    public BranchId Current => Entries[0].Branch;

    /// <summary>The log of a new partition.</summary>
    public static FailoverLog StartingWith(BranchId branch) => new([new FailoverEntry(branch, 0)]);

    /// <summary>The log after a new branch began at <paramref name="seqno"/>: entries that start above it never happened and are dropped.</summary>
    public FailoverLog Branched(BranchId branch, long seqno) =>
        new(Entries.Where(e => e.StartSeqno <= seqno).Prepend(new FailoverEntry(branch, seqno)).Take(MaxEntries));

    /// <summary>
    /// The highest seqno of <paramref name="branch"/> that is part of this partition's history: where the next newer branch began, or
    /// <paramref name="highSeqno"/> for the newest; 0 for an unknown branch.
    /// </summary>
    public long UpperBound(BranchId branch, long highSeqno)
    {
        var upper = highSeqno;
        foreach (var entry in Entries)
        {
            if (entry.Branch == branch) return upper;
            upper = entry.StartSeqno;
        }

        return 0;
    }

    /// <inheritdoc />
    public bool Equals(FailoverLog? other) => other is not null && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as FailoverLog);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Entries.Length, Entries[0]);

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Entries.Select(e => $"{e.Branch}@{e.StartSeqno}"));
}
