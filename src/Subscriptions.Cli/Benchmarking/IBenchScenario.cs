namespace Subscriptions.Cli.Benchmarking;

/// <summary>Something that is measured.</summary>
internal interface IBenchScenario
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it does, in a line.</summary>
    string Summary { get; }

    /// <summary>Measures it.</summary>
    /// <returns>One or more figures.</returns>
    /// <exception cref="Hosting.CommandFailedException">What was measured did not do what it should have.</exception>
    Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken);
}
