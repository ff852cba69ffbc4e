using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Delivery.History;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A registry's subscription, handed to one session.</summary>
internal sealed class SessionSubscription(SubscriptionRegistry registry, SubscriptionEntry entry) : ISessionSubscription
{
    public SubscriptionId Id => entry.Id;

    public DeliveryFigures Figures => entry.Figures;

    public SubscriptionHistory History => entry.History;

    public SubscriptionProgress Progress => entry.Stored.Progress;

    public bool IsChanging => entry.IsChanging;

    public FlowSlot Flow => entry.Flow;

    public ValueTask<IReadOnlyList<FailedItem>> ListRetriesAsync(string afterId, int max, CancellationToken cancellationToken) =>
        registry.FailedItems.ReadRetriesAsync(entry, afterId, max, cancellationToken);

    public Task StopAsync(string reason, CancellationToken cancellationToken) => registry.StopAsync(entry, reason, cancellationToken);

    public SessionSource Begin(SubscriptionProgress granted) => registry.Begin(entry, granted);

    public ValueTask<ProgressOutcome> SaveAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        registry.SaveAsync(entry, update, cancellationToken);
}
