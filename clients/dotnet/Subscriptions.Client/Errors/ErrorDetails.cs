using System.Globalization;

namespace Subscriptions.Client;

/// <summary>What is known about an error, before it becomes an exception of the right type.</summary>
/// <param name="Message">For people.</param>
/// <param name="Reason">What programs decide by.</param>
/// <param name="ReasonName">The reason as it came; empty when none came.</param>
/// <param name="Metadata">What the server added.</param>
/// <param name="IsRetryable">Whether trying again later can help.</param>
internal sealed record ErrorDetails(
    string Message,
    ErrorReason Reason,
    string ReasonName,
    IReadOnlyDictionary<string, string> Metadata,
    bool IsRetryable)
{
    public static IReadOnlyDictionary<string, string> NoMetadata { get; } = new Dictionary<string, string>(0);

    /// <summary>An error that arises in this library, without a word from the server.</summary>
    public static ErrorDetails Local(string message, ErrorReason reason, bool isRetryable) =>
        new(message, reason, string.Empty, NoMetadata, isRetryable);

    public string Text(string key) => Metadata.TryGetValue(key, out var value) ? value : string.Empty;

    public int? Number(string key) =>
        int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public long? LongNumber(string key) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
