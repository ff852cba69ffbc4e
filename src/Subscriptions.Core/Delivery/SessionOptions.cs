using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Delivery;

/// <summary>What a worker asked for when it opened, with the defaults filled in.</summary>
/// <param name="MaxDocs">The most documents in a batch.</param>
/// <param name="MaxBytes">The most bytes in a batch; one larger document goes alone.</param>
/// <param name="Window">How many batches may be unacked at a time.</param>
/// <param name="CloseWhenDrained">End when everything that existed was delivered and acked.</param>
public sealed record SessionOptions(int MaxDocs, long MaxBytes, int Window, bool CloseWhenDrained)
{
    /// <summary>The most documents that a batch may be asked to have.</summary>
    public const int MostDocs = 4096;

    /// <summary>The most bytes that a batch may be asked to have: 32 MiB.</summary>
    public const long MostBytes = 32 * 1024 * 1024;

    /// <summary>The largest window.</summary>
    public const int MostWindow = 64;

    /// <summary>Checks what a worker asked for; 0 stands for the default.</summary>
    /// <exception cref="InvalidInputException">A value is outside its range.</exception>
    public static SessionOptions Create(int maxDocs, long maxBytes, int window, bool closeWhenDrained) => new(
        (int)InRange("open.max_docs", maxDocs, MostDocs, MostDocs),
        InRange("open.max_bytes", maxBytes, MostBytes, MostBytes),
        (int)InRange("open.window", window, 1, MostWindow),
        closeWhenDrained);

    private static long InRange(string field, long value, long whenZero, long most)
    {
        if (value == 0) return whenZero;
        return value >= 1 && value <= most
            ? value
            : throw new InvalidInputException(field, value.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {most}");
    }
}
