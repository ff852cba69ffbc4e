namespace Subscriptions.Cli.Hosting;

/// <summary>The command line can be parsed, but what it says cannot be done.</summary>
internal sealed class UsageException(string message) : Exception(message);
