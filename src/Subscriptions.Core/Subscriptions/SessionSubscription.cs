using Subscriptions.Core.Delivery;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A registry's subscription, handed to one session.</summary>
internal sealed class SessionSubscription(SubscriptionRegistry registry, SubscriptionEntry entry) : ISessionSubscription
{
    public SubscriptionId Id => entry.Id;

    public DeliveryFigures Figures => entry.Figures;

    public SessionSource Begin(SubscriptionProgress granted) => registry.Begin(entry, granted);

    public ValueTask<ProgressOutcome> SaveAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        registry.SaveAsync(entry, update, cancellationToken);
}
