using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>Subscriptions and cursors for tests: valid, and different in every field from what a store would fill in by itself.</summary>
public static class SubscriptionSamples
{
    private static readonly BranchId Branch = new(0xfedc_ba98_7654_3210);

    /// <summary>The database of the samples.</summary>
    public static DatabaseName Database { get; } = DatabaseName.Parse("shop");

    /// <summary>Another database.</summary>
    public static DatabaseName OtherDatabase { get; } = DatabaseName.Parse("warehouse");

    /// <summary>A point in time, precise to the millisecond as stores are.</summary>
    public static DateTimeOffset Instant { get; } = new(2024, 2, 29, 23, 59, 59, 987, TimeSpan.Zero);

    /// <summary>A retry policy of which every value is another than the default, and as fine as a span can be.</summary>
    public static RetryPolicy RetryPolicy { get; } = new()
    {
        MaxAttempts = RetryPolicy.MostAttempts,
        InitialBackoff = TimeSpan.FromTicks(1),
        MaxBackoff = RetryPolicy.MostBackoff,
        OnExhausted = ExhaustedAction.Stop,
        OnScriptError = ScriptErrorAction.DeadLetter,
    };

    /// <summary>Ranges of several partitions, with the widest numbers.</summary>
    public static AckedRanges AckedAbove { get; } = AckedRanges.Create(
        [new AckedRange(0, 80, 81), new AckedRange(0, 90, 1000), new AckedRange(3, 0, long.MaxValue), new AckedRange(1023, long.MaxValue - 1, long.MaxValue)]);

    /// <summary>A definition.</summary>
    public static SubscriptionDefinition Definition(string name, DatabaseName? database = null) => new()
    {
        Database = database ?? Database,
        Name = name,
        Query = "from Orders where Total > 100",
    };

    /// <summary>A subscription that nobody has worked on, at the beginning.</summary>
    public static StoredSubscription Subscription(string name, DatabaseName? database = null) => new(
        SubscriptionId.Create(), Definition(name, database), Instant, new SubscriptionProgress(ResumeToken.Beginning, default, null));

    /// <summary>A cursor at the end of a snapshot of partition 0.</summary>
    public static ResumeToken CursorAt(long seqno) => new([new Position(0, Branch, seqno, seqno, seqno, 0)]);

    /// <summary>A cursor that uses all that a cursor can hold: many partitions, the widest numbers, middles of snapshots.</summary>
    public static ResumeToken WideCursor(int partitions) => new(Enumerable.Range(0, partitions).Select(p => (p % 3) switch
    {
        0 => new Position(p, new BranchId(ulong.MaxValue - (ulong)p), long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue),
        1 => new Position(p, new BranchId((ulong)p), 500 + p, 400, 100_000 + p, 0),
        _ => new Position(p, Branch, 1, 0, long.MaxValue, 1),
    }));

    /// <summary>A failed item, with something in every field.</summary>
    public static FailedItem FailedItem(string id, long seqno = 1) => new(id, seqno, Attempts: 3, Instant.AddMinutes(1))
    {
        Reason = $"{id} could not be shipped",
        WorkerName = "worker 1",
        FirstFailedAt = Instant,
        LastFailedAt = Instant.AddMilliseconds(1),
    };

    /// <summary>Changes among failed items.</summary>
    public static FailedItemChanges Changes(
        IReadOnlyList<FailedItem>? retries = null, IReadOnlyList<FailedItem>? deadLetters = null, IReadOnlyList<string>? settled = null) =>
        new(retries ?? [], deadLetters ?? [], settled ?? []);
}
