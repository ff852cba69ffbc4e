namespace Subscriptions.Cli.Hosting;

/// <summary>A command whose help shows examples.</summary>
internal interface IHasExamples
{
    /// <summary>Complete command lines.</summary>
    IReadOnlyList<string> Examples { get; }
}
