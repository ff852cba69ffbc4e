using System.Globalization;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>Why the server ends a conversation by itself.</summary>
internal static class SessionEndings
{
    /// <summary>Nothing was heard from the worker.</summary>
    public static EngineException Silent(TimeSpan silence, TimeSpan limit) => new(
        ErrorCode.WorkerSilent,
        $"Nothing was heard from the worker for {Milliseconds(silence)} ms; the limit (silence timeout) is {Milliseconds(limit)} ms.",
        ("silence_ms", Milliseconds(silence)));

    /// <summary>The worker is there, and does not get on.</summary>
    public static EngineException AckTimeout(long batchId, TimeSpan limit)
    {
        var batch = batchId.ToString(CultureInfo.InvariantCulture);
        return new EngineException(
            ErrorCode.AckTimeout,
            $"Batch {batch} was neither acked nor extended for {Milliseconds(limit)} ms, which is the subscription's ack timeout; it is delivered again.",
            ("batch_id", batch),
            ("ack_timeout_ms", Milliseconds(limit)));
    }

    private static string Milliseconds(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
