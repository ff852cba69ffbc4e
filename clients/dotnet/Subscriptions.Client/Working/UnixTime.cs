namespace Subscriptions.Client;

/// <summary>Reads the contract's milliseconds; what no calendar holds becomes the nearest end of it.</summary>
internal static class UnixTime
{
    private static readonly long Least = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToInstant(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Least, Most));
}
