using System.Globalization;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>What a scenario works with.</summary>
/// <param name="settings">How much is measured.</param>
/// <param name="startServer">Starts a fresh server, or gives the one that was named.</param>
/// <param name="folder">Where temporary folders are made.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchStage(
    BenchSettings settings, Func<CancellationToken, Task<BenchServer>> startServer, string folder, TimeProvider time)
{
    /// <summary>How much is measured.</summary>
    public BenchSettings Settings { get; } = settings;

    /// <summary>Where temporary folders are made.</summary>
    public string Folder { get; } = folder;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Starts a fresh server, or gives the one that was named.</summary>
    public Task<BenchServer> StartServerAsync(CancellationToken cancellationToken) => startServer(cancellationToken);

    /// <summary>Runs rounds: first some that are thrown away, then as many as are asked for.</summary>
    /// <param name="round">Does one and tells what was measured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the measured rounds told.</returns>
    public async Task<IReadOnlyList<T>> RoundsAsync<T>(Func<Task<T>> round, CancellationToken cancellationToken)
    {
        await WarmUpAsync(round, cancellationToken);
        return await MeasureAsync(round, cancellationToken);
    }

    /// <summary>Runs as many rounds as are asked for, or as there is time for; at least one.</summary>
    public async Task<IReadOnlyList<T>> MeasureAsync<T>(Func<Task<T>> round, CancellationToken cancellationToken)
    {
        var measured = new List<T>(Settings.Rounds);
        var startedAt = Time.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            measured.Add(await round());
        }
        while (measured.Count < Settings.Rounds && HasTimeSince(startedAt));
        return measured;
    }

    /// <summary>Runs rounds that are thrown away: both sides have compiled what is hot, and connections are open.</summary>
    public async Task WarmUpAsync(Func<Task> round, CancellationToken cancellationToken)
    {
        var startedAt = Time.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            await round();
        }
        while (Time.GetElapsedTime(startedAt) < Settings.WarmUpTime);
    }

    /// <summary>How many there were a second since an instant.</summary>
    public double RateSince(long startedAt, long count) => count / Time.GetElapsedTime(startedAt).TotalSeconds;

    /// <summary>Looks at the server's memory and disk, once it has settled.</summary>
    /// <param name="server">The server.</param>
    /// <param name="database">The database that is looked at.</param>
    /// <param name="documents">How many documents it must have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">It has another number of documents.</exception>
    public async Task<Footprint> FootprintAsync(BenchServer server, string database, long documents, CancellationToken cancellationToken)
    {
        await Task.Delay(Settings.SettlingTime, Time, cancellationToken);
        var info = await server.Client.Databases.GetAsync(database, cancellationToken);
        Check("documents in the database", documents, info.DocumentCount);
        return new Footprint(server.Process?.ResidentMegabytes(), (double)info.DiskBytes / documents);
    }

    /// <summary>Holds what was counted against what must be: figures of work that was not done are worth nothing.</summary>
    /// <exception cref="CommandFailedException">It is something else.</exception>
    public static void Check(string what, long expected, long actual)
    {
        if (expected == actual) return;
        throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture, $"{what}: {expected} expected, {actual} seen"));
    }

    private bool HasTimeSince(long startedAt) =>
        Settings.RoundsTime == Timeout.InfiniteTimeSpan || Time.GetElapsedTime(startedAt) < Settings.RoundsTime;
}
