namespace Subscriptions.Cli.Benchmarking;

/// <summary>How much is measured, and how.</summary>
/// <param name="Documents">How many documents a round delivers, in batches of many.</param>
/// <param name="Written">How many documents a round of <c>write-500</c> writes.</param>
/// <param name="Size">How long a document's content is, in bytes.</param>
/// <param name="Rounds">How many rounds are measured.</param>
/// <param name="Window">How many batches may be unacked; 1: stop and wait.</param>
/// <param name="IsQuick">Whether it only has to show that all of it works.</param>
/// <param name="RoundsTime">No more rounds are begun after so much time: on a busy machine they take many times as long.</param>
internal sealed record BenchSettings(int Documents, int Written, int Size, int Rounds, int Window, bool IsQuick, TimeSpan RoundsTime)
{
    public const int LeastDocuments = 500;
    public const int MostDocuments = 10_000_000;
    public const int LeastSize = 64;

    /// <summary>500 of them still fit into one request.</summary>
    public const int MostSize = 8_000;

    public const int MostRounds = 100;
    public const int MostWindow = 64;
    public const int UsualSize = 200;

    private const int UsualDocuments = 200_000;
    private const int UsualWritten = 100_000;
    private const int UsualRounds = 5;
    private const int QuickDocuments = 2_000;

    private static readonly TimeSpan UsualRoundsTime = TimeSpan.FromSeconds(20);

    // What goes one by one takes about as much longer.
    private const int OneByOne = 20;

    /// <summary>How many documents a round handles that goes one by one.</summary>
    public int Singles => Math.Max(Documents / OneByOne, 100);

    /// <summary>How many documents a writer writes in a round, one after the other.</summary>
    public int SingleWrites => Math.Max(Singles / 4, 50);

    /// <summary>How many writes a round of <c>latency</c> times.</summary>
    public int Latencies => IsQuick ? 50 : 1_000;

    /// <summary>How many workers wait in <c>hand-over</c>.</summary>
    public int WaitingWorkers => IsQuick ? 5 : 50;

    /// <summary>How many times they do in a round.</summary>
    public int HandOverQueues => IsQuick ? 1 : 10;

    /// <summary>How many subscriptions <c>fan-out</c> has.</summary>
    public int FanOutSubscriptions => IsQuick ? 10 : 100;

    /// <summary>How many documents each of them delivers.</summary>
    public int FanOutDocuments => IsQuick ? 500 : 5_000;

    /// <summary>How many subscriptions <c>idle</c> has.</summary>
    public int IdleSubscriptions => IsQuick ? 20 : 1_000;

    /// <summary>How long <c>idle</c> watches the server.</summary>
    public TimeSpan IdleTime => TimeSpan.FromSeconds(IsQuick ? 1 : 10);

    /// <summary>How long <c>idle</c> waits before it watches: what connecting left to be done is done, and the first heartbeats are.</summary>
    public TimeSpan IdleSettlingTime => TimeSpan.FromSeconds(IsQuick ? 0.1 : 12);

    /// <summary>How many documents the feeds of <c>changes</c> have.</summary>
    public int FeedDocuments => Math.Min(Documents, 50_000) / 2 * 2;

    /// <summary>How many writes a round of <c>listeners</c> times.</summary>
    public int FeedLatencies => IsQuick ? 20 : 300;

    /// <summary>How many listen in <c>listeners</c>.</summary>
    public int FeedListeners => IsQuick ? 20 : 500;

    /// <summary>How many listen beside the writers of <c>listeners</c>.</summary>
    public int FeedListenersBesideWriters => IsQuick ? 10 : 200;

    /// <summary>How many documents these write in a round.</summary>
    public int FeedWrites => IsQuick ? 100 : 5_000;

    /// <summary>How many wait in <c>long-polls</c>.</summary>
    public int LongPolls => IsQuick ? 50 : 10_000;

    /// <summary>How many partitions the connection of <c>streams</c> has streams of.</summary>
    public int StreamPartitions => IsQuick ? 32 : 1_024;

    /// <summary>How many documents these have together.</summary>
    public int StreamDocuments => IsQuick ? 2_000 : 100_000;

    /// <summary>How many times <c>sync</c> appends.</summary>
    public int Syncs => IsQuick ? 50 : 1_000;

    /// <summary>Rounds are run and thrown away until this much time has passed; at least one.</summary>
    public TimeSpan WarmUpTime => IsQuick ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    /// <summary>How long the server is left alone before its memory and disk are looked at, so that its journal is copied.</summary>
    public TimeSpan SettlingTime => TimeSpan.FromSeconds(IsQuick ? 0.1 : 3);

    /// <summary>The settings that a command line means.</summary>
    /// <param name="documents">How many documents; null: as is usual.</param>
    /// <param name="size">How long they are.</param>
    /// <param name="rounds">How many rounds, however long they take; null: as is usual.</param>
    /// <param name="window">How many batches may be unacked.</param>
    /// <param name="isQuick">Whether all is small.</param>
    public static BenchSettings From(int? documents, int size, int? rounds, int window, bool isQuick) => new(
        documents ?? (isQuick ? QuickDocuments : UsualDocuments),
        documents ?? (isQuick ? QuickDocuments : UsualWritten),
        size,
        rounds ?? (isQuick ? 1 : UsualRounds),
        window,
        isQuick,
        rounds is null ? UsualRoundsTime : Timeout.InfiniteTimeSpan);
}
