using Subscriptions.Cli.Working.Execution;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Where a worker's batches are shown. One call at a time, but for <see cref="Event"/> and <see cref="Line"/>, which come from other threads.</summary>
internal interface IWorkOutput
{
    /// <summary>Shows a batch. It is acked only after this was handed on to whoever reads.</summary>
    void Batch(SubscriptionBatch batch);

    /// <summary>The command wrote a line on an item.</summary>
    void Line(SubscriptionItem item, string line);

    /// <summary>The command failed on an item, which is tried again on its own.</summary>
    void Nacked(SubscriptionBatch batch, SubscriptionItem item, ItemVerdict verdict);

    /// <summary>The batch's ack is durable.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="items">How many items it covers: all but those that were nacked.</param>
    void Acked(SubscriptionBatch batch, int items);

    /// <summary>The ack's outcome is unknown: the batch may come again.</summary>
    void Unconfirmed(SubscriptionBatch batch, SubscriptionsException cause);

    /// <summary>Something happened to the connection.</summary>
    void Event(WorkerEvent happening);
}
