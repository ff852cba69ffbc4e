using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Validation;

namespace Subscriptions.Server.Grpc;

/// <summary>Times from the wire, where callers can write what is no time.</summary>
internal static class WireTime
{
    private const int MaxNanos = 999_999_999;

    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    // What a duration may be by its own definition: ten thousand years.
    private const long MaxDurationSeconds = 315_576_000_000;

    /// <summary>A duration; fractions of 100 ns are dropped.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static TimeSpan ToTimeSpan(Duration duration, string field)
    {
        var (seconds, nanos) = (duration.Seconds, duration.Nanos);
        var isSound = seconds is >= -MaxDurationSeconds and <= MaxDurationSeconds && nanos is >= -MaxNanos and <= MaxNanos
            && (seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0));
        if (!isSound) throw new InvalidInputException(field, Show(seconds, nanos), "is not a duration");
        return new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (nanos / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>An instant; fractions of a millisecond are dropped.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static DateTimeOffset ToInstant(Timestamp timestamp, string field)
    {
        var (seconds, nanos) = (timestamp.Seconds, timestamp.Nanos);
        if (seconds < MinSeconds || seconds > MaxSeconds || nanos is < 0 or > MaxNanos)
            throw new InvalidInputException(field, Show(seconds, nanos), "is not an instant from year 1 to year 9999");
        return DateTimeOffset.FromUnixTimeMilliseconds((seconds * 1000) + (nanos / 1_000_000));
    }

    private static string Show(long seconds, int nanos) => string.Create(CultureInfo.InvariantCulture, $"{seconds}s {nanos}ns");
}
