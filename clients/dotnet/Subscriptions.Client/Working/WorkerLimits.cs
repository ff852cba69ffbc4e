namespace Subscriptions.Client;

/// <summary>Limits of the contract, and what holds until the server has said something.</summary>
internal static class WorkerLimits
{
    public const int MostWindow = 64;
    public const int MostDocs = 4096;
    public const int MostBytes = 32 * 1024 * 1024;
    public const int MostNameLength = 256;
    public const int MostReasonLength = 1024;

    // No limits of the contract: what may come along with one batch before it is taken for a fault.
    public const int MostIncludes = 1_000_000;
    public const long MostIncludedBytes = 256L * 1024 * 1024;

    /// <summary>Until the server names its interval.</summary>
    public static readonly TimeSpan DefaultHeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>Until the server names its time limit.</summary>
    public static readonly TimeSpan DefaultSilenceTimeout = TimeSpan.FromSeconds(30);

    // What a server names is taken only within these bounds: less would keep this machine busy, more would never notice anything.
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostInterval = TimeSpan.FromHours(1);

    /// <summary>
    /// How often the worker says that it is alive: as often as the server asks for and, where there is an ack timeout, three times in it, so
    /// that one extension may be late.
    /// </summary>
    public static TimeSpan HeartbeatPeriod(V1.WorkOpened opened)
    {
        var asked = Interval(opened.HeartbeatInterval, DefaultHeartbeatInterval);
        var ackTimeout = Interval(opened.Definition?.AckTimeout, MostInterval) / 3;
        return asked < ackTimeout ? asked : ackTimeout;
    }

    public static TimeSpan Interval(Google.Protobuf.WellKnownTypes.Duration? named, TimeSpan fallback)
    {
        if (named is null || named.Seconds < 0 || named.Nanos < 0 || (named.Seconds == 0 && named.Nanos == 0))
        {
            return fallback;
        }

        if (named.Seconds >= (long)MostInterval.TotalSeconds)
        {
            return MostInterval;
        }

        var value = TimeSpan.FromSeconds(named.Seconds) + TimeSpan.FromTicks(named.Nanos / 100);
        return value < LeastInterval ? LeastInterval : value;
    }
}
