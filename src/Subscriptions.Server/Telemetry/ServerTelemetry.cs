using System.Reflection;

namespace Subscriptions.Server.Telemetry;

/// <summary>Under which name the server reports.</summary>
internal static class ServerTelemetry
{
    /// <summary>The name of its activity source and its meter.</summary>
    public const string Name = "Subscriptions.Server";

    /// <summary>The version of the server.</summary>
    public static string Version { get; } =
        typeof(ServerTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
