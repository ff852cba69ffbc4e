using Subscriptions.Core.Delivery.Flows;
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

    /// <summary>Look for the next batch, and report <see cref="SessionEvent.Built"/>.</summary>
    /// <param name="WaitFirst">Sleep until there may be something.</param>
    public sealed record Build(bool WaitFirst) : SessionEffect;

    /// <summary>Give up the search that is under way; it is reported all the same, with or without a result.</summary>
    public sealed record StopBuilding : SessionEffect;

    /// <summary>The items of these claims are done; report <see cref="SessionEvent.Saved"/> when that is durable.</summary>
    public sealed record Ack(IReadOnlyList<Claim> Claims, long ThroughBatch) : SessionEffect;

    /// <summary>The items of these claims are to be handed out again.</summary>
    /// <param name="Claims">The claims.</param>
    /// <param name="WereSent">The worker got them.</param>
    /// <param name="Delay">How long to wait.</param>
    public sealed record GiveBack(IReadOnlyList<Claim> Claims, bool WereSent, TimeSpan Delay) : SessionEffect;

    /// <summary>Items of a batch could not be processed.</summary>
    public sealed record Fail(Claim Claim, WorkerMessage.Nack Nack) : SessionEffect;

    /// <summary>End the conversation; null: with OK.</summary>
    public sealed record Finish(EngineException? Reason) : SessionEffect;
}
