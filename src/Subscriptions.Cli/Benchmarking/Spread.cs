namespace Subscriptions.Cli.Benchmarking;

/// <summary>The median of several values, and how far they lie apart.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Of some values.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) throw new ArgumentException("No values, no median.", nameof(values));
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>The value that a share of all values does not exceed: of 100 values and a share of 0.99, the second largest.</summary>
    /// <param name="sorted">The values, the smallest first.</param>
    /// <param name="share">From 0 to 1.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) throw new ArgumentException("No values, no percentile.", nameof(sorted));
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * share) - 1, 0, sorted.Length - 1)];
    }
}
