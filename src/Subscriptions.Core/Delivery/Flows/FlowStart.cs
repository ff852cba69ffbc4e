using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>Where a flow begins.</summary>
/// <param name="Cursor">The cursor, moved back if it was not part of the history any more; durable.</param>
/// <param name="AckedAbove">What was acked above it.</param>
/// <param name="Retries">What waits for another try.</param>
internal sealed record FlowStart(ResumeToken Cursor, AckedRanges AckedAbove, IReadOnlyList<FailedItem> Retries)
{
    private const int Slice = 1000;

    /// <summary>Several workers may be part of the flow.</summary>
    public bool IsShared { get; init; }

    /// <summary>What was moved back and why, for people; null when nothing was.</summary>
    public string? Rewound { get; init; }

    /// <summary>Reads what is stored, and moves the cursor back where that is needed; that is then durable.</summary>
    /// <exception cref="EngineException">It cannot be read or moved.</exception>
    public static async Task<FlowStart> ReadAsync(ISessionSubscription subscription, SessionSource source, bool isShared)
    {
        var progress = source.Progress;
        var cursor = CursorRewind.Apply(progress.Cursor, source.Feed.Partitions, source.CanMissDeletes, out var rewound, source.View.Collection);
        try
        {
            // Durable before anybody goes on from there: the old cursor would look right again as soon as new changes have passed it.
            if (rewound is not null)
            {
                var update = new ProgressUpdate(subscription.Id, progress.Epoch, cursor, AckedAt: null);
                var outcome = await subscription.SaveAsync(update, CancellationToken.None);
                if (outcome != ProgressOutcome.Saved) throw FlowSaver.NotSaved(outcome);
            }

            var ackedAbove = rewound is null ? CursorRewind.Apply(progress.AckedAbove, cursor, source.Feed.Partitions) : AckedRanges.None;
            return new FlowStart(cursor, ackedAbove, await ReadRetriesAsync(subscription)) { IsShared = isShared, Rewound = rewound };
        }
        catch (Exception e)
        {
            throw StoreErrors.ToEngineException(e);
        }
    }

    private static async Task<IReadOnlyList<FailedItem>> ReadRetriesAsync(ISessionSubscription subscription)
    {
        var retries = new List<FailedItem>();
        while (true)
        {
            var page = await subscription.ListRetriesAsync(retries.Count == 0 ? "" : retries[^1].Id, Slice, CancellationToken.None);
            retries.AddRange(page);
            if (page.Count < Slice) return retries;
        }
    }
}
