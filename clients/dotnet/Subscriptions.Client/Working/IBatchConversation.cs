namespace Subscriptions.Client;

/// <summary>Where a batch came from, and goes back to.</summary>
internal interface IBatchConversation
{
    /// <summary>Completes when the ack is durable.</summary>
    Task AckAsync(SubscriptionBatch batch, CancellationToken cancellationToken);

    /// <summary>Gives the batch back or, when ids are given, those of its items.</summary>
    Task NackAsync(
        SubscriptionBatch batch,
        IReadOnlyCollection<string> itemIds,
        string reason,
        TimeSpan? delay,
        CancellationToken cancellationToken);

    /// <summary>Puts off the ack timeout.</summary>
    Task ExtendAsync(SubscriptionBatch batch, CancellationToken cancellationToken);
}
