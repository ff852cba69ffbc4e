using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

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

    /// <summary>A step of building is over.</summary>
    /// <param name="Generation">That of the <see cref="SessionEffect.Build"/> that asked for it.</param>
    /// <param name="Result">What it came to.</param>
    public sealed record Built(int Generation, BuiltBatch Result) : SessionEvent;

    /// <summary>All that was to be sent has been handed to the network.</summary>
    public sealed record Flushed : SessionEvent;

    /// <summary>A save is over.</summary>
    public sealed record Saved(ProgressOutcome Outcome, ResumeToken Cursor, long ThroughBatch) : SessionEvent;

    /// <summary>A save came to nothing.</summary>
    public sealed record SaveFailed(EngineException Reason) : SessionEvent;

    /// <summary>The pause after a nack is over.</summary>
    public sealed record PauseOver(int Generation) : SessionEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : SessionEvent;
}
