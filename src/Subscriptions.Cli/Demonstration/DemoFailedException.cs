namespace Subscriptions.Cli.Demonstration;

/// <summary>The demonstration did not show what it is there to show.</summary>
internal sealed class DemoFailedException(string message, Exception? inner = null) : Exception(message, inner);
