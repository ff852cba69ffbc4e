using Subscriptions.Cli.Benchmarking.Scenarios;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Everything that can be measured.</summary>
internal static class BenchScenarios
{
    /// <summary>All, in the order in which they are run.</summary>
    public static IReadOnlyList<IBenchScenario> All { get; } =
    [
        new WriteBulkScenario(),
        new WriteSingleScenario(),
        new DrainScenario(256),
        new CeilingScenario(256),
        new DrainScenario(4096),
        new DrainScenario(1),
        new CeilingScenario(1),
        new LatencyScenario(),
        new HandOverScenario(),
        new FanOutScenario(),
        new IdleScenario(),
        new ChangesScenario(),
        new ListenersScenario(),
        new ListenersCeilingScenario(),
        new LongPollsScenario(),
        new StreamsScenario(),
        new SyncScenario(),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(scenario => scenario.Name)];

    /// <summary>Those of some names, each once; all when there are no names.</summary>
    public static IReadOnlyList<IBenchScenario> Named(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? All : [.. All.Where(scenario => names.Contains(scenario.Name))];

    /// <summary>What is wrong with a name; null: nothing.</summary>
    public static string? Fault(string name) =>
        Names.Contains(name) ? null : $"There is no scenario '{name}'; there are {string.Join(", ", Names)}.";
}
