namespace Subscriptions.Server.Http;

/// <summary>Where probes ask.</summary>
internal static class HealthPaths
{
    /// <summary>200 while the process answers at all.</summary>
    public const string Live = "/healthz/live";

    /// <summary>200 while the server takes calls, else 503.</summary>
    public const string Ready = "/healthz/ready";
}
