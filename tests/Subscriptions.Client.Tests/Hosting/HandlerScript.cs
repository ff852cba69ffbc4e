namespace Subscriptions.Client.Tests.Hosting;

/// <summary>What the handler does, and the scopes in which it did. The handler runs on one batch after the other.</summary>
internal sealed record HandlerScript(Func<SubscriptionBatch, CancellationToken, Task> Handle)
{
    public List<ScopeProbe> Probes { get; } = [];
}
