namespace Subscriptions.Server.Hosting;

/// <summary>
/// The event ids of the server's log: each component has a range of one hundred and counts from its start. An id keeps its meaning; one
/// that is no longer logged is not used again.
/// </summary>
internal static class LogEvents
{
    /// <summary>1000: starting, stopping, and what runs in the background.</summary>
    public const int Hosting = 1000;

    /// <summary>1100: how calls ended.</summary>
    public const int Calls = 1100;

    /// <summary>1200: workers coming and going.</summary>
    public const int Workers = 1200;

    /// <summary>1300: what leaves for a collector.</summary>
    public const int Export = 1300;

    /// <summary>1400: how requests of the HTTP face ended.</summary>
    public const int Http = 1400;

    /// <summary>1500: feeds, over whatever they go.</summary>
    public const int Feeds = 1500;

    /// <summary>1600: connections for partition streams coming and going.</summary>
    public const int Streams = 1600;
}
