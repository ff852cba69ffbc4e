using Subscriptions.Core.Changes;
using Subscriptions.CrashDriver.Work;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>What the log holds after a restart.</summary>
internal static class StoredLog
{
    /// <summary>Partition and seqno of each document's newest version.</summary>
    public static async Task<IReadOnlyDictionary<string, (int Partition, long Seqno)>> ReadAsync(WorkEngine engine)
    {
        var stored = new Dictionary<string, (int, long)>();
        for (var partition = 0; partition < WorkEngine.Partitions; partition++)
        {
            var page = await engine.Shop.Feed.ReadAsync(
                partition, 0, new ReadLimits(int.MaxValue, long.MaxValue), TestContext.Current.CancellationToken);
            foreach (var change in page.Changes) Assert.True(stored.TryAdd(change.Id, (partition, change.Seqno)), $"{change.Id} stands in the log twice");
        }

        return stored;
    }
}
