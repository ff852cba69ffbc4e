using Subscriptions.Client;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>A subscription to the orders of one company.</summary>
internal sealed class CreateSubscriptionStep : IDemoStep
{
    /// <inheritdoc/>
    public string Title => "Create a subscription";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var definition = new SubscriptionDefinition(DemoStage.Subscription, DemoStage.Query);
        await stage.Server.Client.Subscriptions.CreateAsync(DemoStage.Database, definition, cancellationToken: cancellationToken);
        stage.Narrator.Tell($"{DemoStage.Subscription}: {DemoStage.Query}");
    }
}
