using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>Something that happened to a worker session.</summary>
internal abstract record SessionEvent
{
    private SessionEvent()
    {
    }

    /// <summary>The worker said something.</summary>
    public sealed record Received(WorkerMessage Message) : SessionEvent;

    /// <summary>The worker has no more to say.</summary>
    public sealed record HalfClosed : SessionEvent;

    /// <summary>The worker is gone, or must go.</summary>
    public sealed record Ended(EngineException Reason) : SessionEvent;

    /// <summary>A search that <see cref="SessionEffect.Build"/> asked for is over.</summary>
    /// <param name="Step">What it came to; null when it was given up.</param>
    public sealed record Built(FlowStep? Step) : SessionEvent;

    /// <summary>All that was to be sent has been handed to the network.</summary>
    public sealed record Flushed : SessionEvent;

    /// <summary>Acks are durable.</summary>
    /// <param name="ThroughBatch">This batch and all before it.</param>
    /// <param name="Cursor">The subscription's cursor now.</param>
    /// <param name="IsDrained">Nothing of the subscription is out, and nothing has to be tried again.</param>
    public sealed record Saved(long ThroughBatch, ResumeToken Cursor, bool IsDrained) : SessionEvent;

    /// <summary>Nothing can be saved any more.</summary>
    public sealed record Broken(EngineException Reason) : SessionEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : SessionEvent;
}
