namespace Subscriptions.Core.Delivery;

/// <summary>What holds for one conversation.</summary>
/// <param name="Options">What the worker asked for.</param>
/// <param name="Timing">The server's settings.</param>
/// <param name="AckTimeout">How long the oldest unacked batch may take; null: without limit.</param>
/// <param name="IsShared">Others may work on the subscription too.</param>
internal sealed record SessionRules(SessionOptions Options, DeliveryOptions Timing, TimeSpan? AckTimeout, bool IsShared);

/// <summary>How long the oldest unacked batch has been with the worker. Not thread-safe.</summary>
internal sealed class AckClock(TimeSpan? timeout)
{
    /// <summary>When it is up; null: never.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>A batch has become the oldest, or was extended.</summary>
    public void Start(DateTimeOffset now) => DueAt = now + timeout;

    /// <summary>Nothing is unacked.</summary>
    public void Stop() => DueAt = null;
}
