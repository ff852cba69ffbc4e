namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>A step of the demonstration.</summary>
internal interface IDemoStep
{
    /// <summary>What is done.</summary>
    string Title { get; }

    /// <summary>Does it.</summary>
    /// <exception cref="DemoFailedException">What was to be shown did not show.</exception>
    Task RunAsync(DemoStage stage, CancellationToken cancellationToken);
}
