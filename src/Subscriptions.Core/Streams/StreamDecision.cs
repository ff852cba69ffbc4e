using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Streams;

/// <summary>What becomes of a request for a stream.</summary>
public abstract record StreamDecision
{
    private StreamDecision()
    {
    }

    /// <summary>It is opened.</summary>
    /// <param name="Start">Where it begins, on the partition's newest branch.</param>
    /// <param name="End">The seqno where it ends; <see cref="long.MaxValue"/>: nowhere.</param>
    public sealed record Accepted(Position Start, long End) : StreamDecision;

    /// <summary>The reader has to go back first.</summary>
    /// <param name="Position">Where it may ask again.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Rollback(Position Position, RewindReason Reason) : StreamDecision;
}
