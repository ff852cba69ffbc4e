using System.Collections.Immutable;

namespace Subscriptions.Core.Changes;

/// <summary>A run of one partition's changes that were acked, whatever lies below it.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="After">The seqno before the first.</param>
/// <param name="Through">The last; above <paramref name="After"/>.</param>
public readonly record struct AckedRange(int Partition, long After, long Through);

/// <summary>
/// What workers that share a subscription acked above its cursor. A change whose seqno lies in one of the ranges is done; a document that
/// changes gets a seqno above them all. Immutable.
/// </summary>
public sealed class AckedRanges : IEquatable<AckedRanges>
{
    private AckedRanges(ImmutableArray<AckedRange> sorted) => Ranges = sorted;

    /// <summary>Nothing.</summary>
    public static AckedRanges None { get; } = new([]);

    /// <summary>The ranges by partition and seqno; those of one partition neither touch nor overlap.</summary>
    public ImmutableArray<AckedRange> Ranges { get; }

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => Ranges.IsEmpty;

    /// <summary>Makes ranges of runs in any order, which may touch or overlap.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A run is empty or has a negative number.</exception>
    public static AckedRanges Create(IEnumerable<AckedRange> runs)
    {
        var merged = ImmutableArray.CreateBuilder<AckedRange>();
        foreach (var run in runs.OrderBy(r => r.Partition).ThenBy(r => r.After))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(run.Partition);
            ArgumentOutOfRangeException.ThrowIfNegative(run.After);
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(run.Through, run.After);

            var isJoined = merged.Count > 0 && merged[^1].Partition == run.Partition && run.After <= merged[^1].Through;
            if (isJoined) merged[^1] = merged[^1] with { Through = Math.Max(merged[^1].Through, run.Through) };
            else merged.Add(run);
        }

        return merged.Count == 0 ? None : new AckedRanges(merged.DrainToImmutable());
    }

    /// <summary>Whether a change is done.</summary>
    public bool Contains(int partition, long seqno) => Find(partition, seqno) is not null;

    /// <summary>The range that a change lies in; null when it is in none.</summary>
    public AckedRange? Find(int partition, long seqno)
    {
        var (low, high) = (0, Ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var range = Ranges[middle];
            if (range.Partition < partition || (range.Partition == partition && range.Through < seqno)) low = middle + 1;
            else if (range.Partition > partition || range.After >= seqno) high = middle - 1;
            else return range;
        }

        return null;
    }

    /// <summary>The last change of a partition that is done; 0 when none is.</summary>
    public long EndOf(int partition)
    {
        foreach (var range in Ranges.Reverse())
        {
            if (range.Partition == partition) return range.Through;
        }

        return 0;
    }

    /// <summary>The binary form; of nothing, no bytes.</summary>
    public byte[] ToByteArray() => AckedRangesEncoding.Encode(this);

    /// <summary>Reads the binary form.</summary>
    /// <returns>False when the bytes are not of this program.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out AckedRanges ranges) => AckedRangesEncoding.TryDecode(bytes, out ranges);

    /// <inheritdoc />
    public bool Equals(AckedRanges? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as AckedRanges);

    /// <inheritdoc />
    public override int GetHashCode() => Ranges.IsEmpty ? 0 : HashCode.Combine(Ranges.Length, Ranges[0], Ranges[^1]);

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Ranges.Select(r => $"p{r.Partition}:{r.After + 1}-{r.Through}"));
}
