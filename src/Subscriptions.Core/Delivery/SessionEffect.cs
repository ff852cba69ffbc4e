using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>Something that a worker session wants done.</summary>
internal abstract record SessionEffect
{
    private SessionEffect()
    {
    }

    /// <summary>Send a message; report <see cref="SessionEvent.Flushed"/> when nothing is left to send.</summary>
    public sealed record Send(ServerMessage Message) : SessionEffect;

    /// <summary>Send a heartbeat with the figures of the moment.</summary>
    public sealed record SendHeartbeat : SessionEffect;

    /// <summary>Build the next batch, and report it.</summary>
    /// <param name="Generation">To be reported with it.</param>
    /// <param name="WaitFirst">Sleep until something newer may exist before building.</param>
    public sealed record Build(int Generation, bool WaitFirst) : SessionEffect;

    /// <summary>Stop building and go back to a place.</summary>
    public sealed record Seek(ResumeToken Token) : SessionEffect;

    /// <summary>Save the cursor, and report it.</summary>
    public sealed record Save(ResumeToken Cursor, long ThroughBatch, DateTimeOffset? AckedAt) : SessionEffect;

    /// <summary>Report <see cref="SessionEvent.PauseOver"/> after a while.</summary>
    public sealed record Pause(TimeSpan Delay, int Generation) : SessionEffect;

    /// <summary>End the conversation; null: with OK.</summary>
    public sealed record Finish(EngineException? Reason) : SessionEffect;
}
