using Subscriptions.Client;

namespace Subscriptions.Cli.Hosting;

/// <summary>All that a command has of the world outside. Tests put other things in its place.</summary>
/// <param name="Terminal">Input and output.</param>
internal sealed record CliHost(Terminal Terminal)
{
    /// <summary>The exit code of a command that was cancelled.</summary>
    public Func<int> InterruptedExitCode { get; init; } = static () => ExitCode.Interrupted;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Makes the client of a server.</summary>
    public Func<Uri, SubscriptionsClient> Connect { get; init; } = static address => new SubscriptionsClient(address);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
