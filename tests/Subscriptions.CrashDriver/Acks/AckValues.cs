using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>How the scenario's numbers become what the store holds, so that each stored value tells which step wrote it.</summary>
public static class AckValues
{
    /// <summary>The workers of a run.</summary>
    public const int Workers = 8;

    /// <summary>The name of the subscription that all workers contend for; the parent creates it.</summary>
    public const string SharedName = "shared";

    private const int Partitions = 3;

    /// <summary>The scenario's database.</summary>
    public static DatabaseName Database { get; } = DatabaseName.Parse("crash");

    /// <summary>A cursor that holds the seqno in several partitions: if they differ later, it was torn.</summary>
    public static ResumeToken Cursor(long seqno) => new(Enumerable.Range(0, Partitions).Select(
        p => new Position(p, new BranchId(7), seqno, seqno, seqno, 0)));

    /// <summary>What is acked above a cursor; nothing, every other time.</summary>
    public static AckedRanges AckedAbove(long seqno) => seqno % 2 == 0
        ? AckedRanges.None
        : AckedRanges.Create(Enumerable.Range(0, Partitions).Select(p => new AckedRange(p, seqno + 10, seqno + 20)));

    /// <summary>The instant of an ack.</summary>
    public static DateTimeOffset AckedAt(long seqno) => DateTimeOffset.UnixEpoch.AddMilliseconds(seqno);

    /// <summary>The subscription that a create makes.</summary>
    public static StoredSubscription Subscription(long id, string name, long seqno) => new(
        new SubscriptionId(id), Definition(name, seqno), DateTimeOffset.UnixEpoch, new SubscriptionProgress(Cursor(seqno), default, null));

    /// <summary>The definition that a create or an update writes.</summary>
    public static SubscriptionDefinition Definition(string name, long seqno) => new()
    {
        Database = Database,
        Name = name,
        Query = string.Create(CultureInfo.InvariantCulture, $"from C{seqno}"),
    };

    /// <summary>The name of a worker's subscription.</summary>
    public static string NameOf(int worker, int number) => string.Create(CultureInfo.InvariantCulture, $"w{worker}-{number}");
}
