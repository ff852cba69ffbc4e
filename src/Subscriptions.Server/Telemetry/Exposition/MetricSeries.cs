namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>The values of one set of attributes. Belongs to its <see cref="CollectedInstrument"/>, under whose lock it is used.</summary>
internal sealed class MetricSeries
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly double[] _bounds;

    /// <param name="tags">The attributes.</param>
    /// <param name="bounds">The upper bounds of the buckets of a histogram; empty for a number.</param>
    public MetricSeries(KeyValuePair<string, object?>[] tags, double[] bounds)
    {
        _tags = tags;
        _bounds = bounds;
        HashCode = Hash(tags);
        Labels = ExpositionText.Labels(tags);
        Buckets = bounds.Length == 0 ? [] : new long[bounds.Length + 1];
    }

    /// <summary>The attributes as labels, without braces; what distinguishes series on the page.</summary>
    public string Labels { get; }

    /// <summary>The hash of the attributes.</summary>
    public int HashCode { get; }

    /// <summary>The number; of a histogram the sum.</summary>
    public double Value { get; set; }

    /// <summary>How many measurements each bucket has, not cumulated; the last has no upper bound.</summary>
    public long[] Buckets { get; }

    /// <summary>The collection in which it was last reported.</summary>
    public long SeenIn { get; set; }

    /// <summary>The next series whose attributes have the same hash.</summary>
    public MetricSeries? Next { get; set; }

    /// <summary>A hash that does not depend on the order of the attributes.</summary>
    public static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = tags.Length;
        foreach (var (key, value) in tags) hash += System.HashCode.Combine(key, value);
        return hash;
    }

    /// <summary>Whether these are the series' attributes, in whatever order.</summary>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length) return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!Same(tags[i], _tags[i]) && !HasTag(tags[i])) return false;
        }

        return true;
    }

    /// <summary>Puts a measurement into its bucket.</summary>
    public void Observe(double value)
    {
        if (double.IsNaN(value)) return;
        var place = Array.BinarySearch(_bounds, value);
        Buckets[place >= 0 ? place : ~place]++;
        Value += value;
    }

    private static bool Same(KeyValuePair<string, object?> a, KeyValuePair<string, object?> b) => a.Key == b.Key && Equals(a.Value, b.Value);

    private bool HasTag(KeyValuePair<string, object?> tag)
    {
        foreach (var own in _tags)
        {
            if (Same(tag, own)) return true;
        }

        return false;
    }
}
