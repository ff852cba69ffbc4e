using System.Globalization;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>A sample: one line of a page.</summary>
/// <param name="Name">The sample's name.</param>
/// <param name="Labels">Its labels, unescaped.</param>
/// <param name="Value">Its value.</param>
internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>What must be unique on a page.</summary>
    public string Identity =>
        Name + string.Concat(Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"\u0001{l.Key}\u0002{l.Value}"));

    /// <summary>The labels but one, as text.</summary>
    public string LabelsWithout(string name) => string.Join(
        '\u0001', Labels.Where(l => l.Key != name).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\u0002{l.Value}"));
}

/// <summary>A metric: what stands under one TYPE.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Help">Its description.</param>
internal sealed record ExpositionFamily(string Name, string Type, string? Help)
{
    /// <summary>Its samples, in the page's order.</summary>
    public List<ExpositionSample> Samples { get; } = [];
}

/// <summary>A page that <see cref="ExpositionParser"/> found nothing wrong with.</summary>
internal sealed class ExpositionPage(IReadOnlyList<ExpositionFamily> families)
{
    /// <summary>The metrics, in the page's order.</summary>
    public IReadOnlyList<ExpositionFamily> Families { get; } = families;

    /// <summary>A metric; null when the page has none of the name.</summary>
    public ExpositionFamily? Find(string name) => Families.FirstOrDefault(f => f.Name == name);

    /// <summary>A sample's value; 0 when there is none, as of a counter that nothing was counted with yet.</summary>
    /// <param name="name">The sample's name.</param>
    /// <param name="labels">Labels that it must have, among others; <c>name=value</c>.</param>
    public double this[string name, params string[] labels] => TryGet(name, labels) ?? 0;

    /// <summary>The sum of the samples of a name that have these labels; null when there is none.</summary>
    public double? TryGet(string name, params string[] labels)
    {
        var wanted = labels.Select(l => l.Split('=', 2)).ToList();
        var found = Families.SelectMany(f => f.Samples)
            .Where(s => s.Name == name && wanted.TrueForAll(w => s.Labels.TryGetValue(w[0], out var value) && value == w[1]))
            .ToList();
        return found.Count == 0 ? null : found.Sum(s => s.Value);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Families.Count} metrics");
}
