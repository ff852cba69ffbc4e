namespace Subscriptions.Client.Tests.Hosting;

/// <summary>What the handler of items does.</summary>
internal sealed record ItemHandlerScript(Func<SubscriptionItem, SubscriptionBatch, CancellationToken, Task> Handle);
