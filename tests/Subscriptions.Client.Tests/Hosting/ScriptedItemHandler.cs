namespace Subscriptions.Client.Tests.Hosting;

/// <summary>Does what the test says.</summary>
internal sealed class ScriptedItemHandler(ItemHandlerScript script) : ISubscriptionItemHandler
{
    public Task HandleAsync(SubscriptionItem item, SubscriptionBatch batch, CancellationToken cancellationToken) =>
        script.Handle(item, batch, cancellationToken);
}
