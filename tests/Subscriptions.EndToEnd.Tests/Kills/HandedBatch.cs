using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>A batch that a worker was handed, and what it said of it. Belongs to the ledger and its lock.</summary>
/// <param name="batch">The batch.</param>
/// <param name="at">When, in the order of everything.</param>
internal sealed class HandedBatch(SubscriptionBatch batch, long at)
{
    public SubscriptionBatch Batch => batch;

    public long At => at;

    /// <summary>The items that the worker failed, one by one.</summary>
    public HashSet<string> Failed { get; } = [];

    /// <summary>What the server should not have done if the worker still had its lease.</summary>
    public List<Doubt> Doubts { get; } = [];

    /// <summary>The items that an ack covers.</summary>
    public IEnumerable<SubscriptionItem> Done => batch.Items.Where(item => !Failed.Contains(item.Id));

    /// <summary>Whether the worker has a document that it has not settled.</summary>
    public bool Holds(string id) => !Failed.Contains(id) && batch.Items.Any(item => item.Id == id);
}
