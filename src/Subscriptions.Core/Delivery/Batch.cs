using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery;

/// <summary>A batch on its way to a worker. Immutable.</summary>
/// <param name="Id">Its number in the conversation, from 1.</param>
/// <param name="Items">The changes, by increasing seqno in each partition; items that are tried again come in the order in which they are due.</param>
/// <param name="Attempts">How often each item was delivered, this time included; null when this is every item's first time.</param>
/// <param name="Cursor">What an ack of the batch stores at least; more where changes that do not match were passed meanwhile, or others acked.</param>
public sealed record Batch(long Id, IReadOnlyList<Change> Items, IReadOnlyList<int>? Attempts, ResumeToken Cursor)
{
    /// <summary>The size of the items and of what comes along, by <see cref="Change.Size"/>.</summary>
    public long Bytes { get; init; }

    /// <summary>The documents that come along, each once.</summary>
    public IReadOnlyList<Change> Includes { get; init; } = [];

    /// <summary>How often an item was delivered, this time included.</summary>
    public int AttemptOf(int index) => Attempts is null ? 1 : Attempts[index];
}
