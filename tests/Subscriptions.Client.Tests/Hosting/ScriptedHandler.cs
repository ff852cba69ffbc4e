namespace Subscriptions.Client.Tests.Hosting;

/// <summary>Does what the test says.</summary>
internal sealed class ScriptedHandler(HandlerScript script, ScopeProbe probe) : ISubscriptionHandler
{
    public Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        script.Probes.Add(probe);
        return script.Handle(batch, cancellationToken);
    }
}
