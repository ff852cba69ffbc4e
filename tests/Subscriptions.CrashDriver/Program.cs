using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.CrashDriver.Acks;
using Subscriptions.CrashDriver.Restores;
using Subscriptions.CrashDriver.Scan;
using Subscriptions.CrashDriver.Work;
using Subscriptions.CrashDriver.Writes;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver;

/// <summary>
/// Runs one scenario: <c>Subscriptions.CrashDriver &lt;scenario&gt; &lt;data folder&gt; &lt;seed&gt;</c>. It works until it is killed, or until
/// its standard input ends because its parent is gone.
/// </summary>
public static class Program
{
    private const int UsageExitCode = 2;
    private const int OrphanedExitCode = 3;

    /// <summary>The exit code when the stores cannot be opened or used.</summary>
    public const int FaultExitCode = 4;

    private static readonly Dictionary<string, ICrashScenario> Scenarios = new()
    {
        ["acks"] = new AckScenario(),
        ["acks-no-space"] = new AckNoSpaceScenario(),
        ["open"] = new OpenScenario(),
        ["restores"] = new RestoreScenario(),
        ["writes"] = new WriteScenario(keepsRevisions: false),
        ["writes-revisions"] = new WriteScenario(keepsRevisions: true),
        ["writes-no-space"] = new WriteNoSpaceScenario(),
        ["work"] = new WorkScenario(drains: false),
        ["drain"] = new WorkScenario(drains: true),
        ["scan-write"] = new ScanScenario(writes: true),
        ["scan"] = new ScanScenario(writes: false),
        ["share"] = new ShareScenario(drains: false),
        ["share-drain"] = new ShareScenario(drains: true),
    };

    /// <summary>Starts the scenario.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args.Length != 3
            || !Scenarios.TryGetValue(args[0], out var scenario)
            || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var seed))
        {
            await Console.Error.WriteLineAsync($"usage: Subscriptions.CrashDriver {string.Join('|', Scenarios.Keys)} <data folder> <seed>");
            return UsageExitCode;
        }

        var orphaned = Task.Run(() =>
        {
            while (Console.In.Read() >= 0)
            {
                // The parent has nothing to say; that it can no longer say anything is what counts.
            }

            Environment.Exit(OrphanedExitCode);
        });
        var journal = new CrashJournal();
        try
        {
            using var folder = DataFolder.Open(args[1]);
            await Task.WhenAny(scenario.RunAsync(folder, seed, journal), orphaned).Unwrap();
            return 0;
        }
        catch (StoreException e)
        {
            journal.Write($"{CrashJournal.Fault} {e.Kind} {e.Message}");
            await Console.Error.WriteLineAsync(e.ToString());
            return FaultExitCode;
        }
    }
}
