using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Importing;

/// <summary>Where documents go, and the world around.</summary>
/// <param name="Client">The server's client.</param>
/// <param name="Database">The database.</param>
/// <param name="Host">The terminal and the clock.</param>
internal sealed record ImportTarget(SubscriptionsClient Client, string Database, CliHost Host);
