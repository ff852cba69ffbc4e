using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Where a worker's batches are shown. One call at a time, but for <see cref="Event"/>, which comes from another thread.</summary>
internal interface IWorkOutput
{
    /// <summary>Shows a batch. It is acked only after this was handed on to whoever reads.</summary>
    void Batch(SubscriptionBatch batch);

    /// <summary>The batch's ack is durable.</summary>
    void Acked(SubscriptionBatch batch);

    /// <summary>The ack's outcome is unknown: the batch may come again.</summary>
    void Unconfirmed(SubscriptionBatch batch, SubscriptionsException cause);

    /// <summary>Something happened to the connection.</summary>
    void Event(WorkerEvent happening);
}
