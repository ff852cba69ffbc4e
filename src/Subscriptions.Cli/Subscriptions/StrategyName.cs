using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>Opening strategies as they are written on the command line.</summary>
internal static class StrategyName
{
    private static readonly (string Name, OpeningStrategy Strategy)[] Known =
    [
        ("fail", OpeningStrategy.Fail),
        ("wait", OpeningStrategy.Wait),
        ("take-over", OpeningStrategy.TakeOver),
        ("concurrent", OpeningStrategy.Concurrent),
    ];

    /// <summary>All names.</summary>
    public static string[] All { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>A strategy's name.</summary>
    public static string Of(OpeningStrategy strategy) => Known.First(known => known.Strategy == strategy).Name;

    /// <summary>The strategy of a name out of <see cref="All"/>.</summary>
    public static OpeningStrategy Parse(string name) => Known.First(known => known.Name == name).Strategy;
}
