using System.Diagnostics;
using System.Reflection;

namespace Subscriptions.Client;

/// <summary>The activity source of this library.</summary>
internal static class ClientActivitySource
{
    public static string Version { get; } =
        typeof(ClientActivitySource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static ActivitySource Source { get; } = new(SubscriptionsTelemetry.ActivitySourceName, Version);
}
