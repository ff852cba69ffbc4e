using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// How often changes were delivered before, after a nack sent the session back: kept as positions, not as documents, so that it costs
/// nothing per item and a document that changed meanwhile counts afresh.
/// </summary>
internal sealed class Redeliveries
{
    private readonly List<Stretch> _stretches = [];

    /// <summary>Notes that everything up to the ends of these batches was delivered so many times. Batches in order.</summary>
    public void Add(IEnumerable<InFlightBatch> batches)
    {
        var nacked = batches.Select(b => new Stretch(b.Cursor, b.Attempt)).ToList();
        _stretches.RemoveAll(s => IsCovered(s.End, nacked[^1].End));
        _stretches.InsertRange(0, nacked);
    }

    /// <summary>Forgets what lies at or below a cursor that was acked.</summary>
    public void Acked(ResumeToken cursor)
    {
        if (_stretches.Count > 0) _stretches.RemoveAll(s => IsCovered(s.End, cursor));
    }

    /// <summary>How often each of these changes is delivered now, this time included; null when it is every one's first time.</summary>
    public IReadOnlyList<int>? AttemptsOf(IReadOnlyList<Change> items) =>
        _stretches.Count == 0 ? null : [.. items.Select(AttemptOf)];

    private int AttemptOf(Change change)
    {
        foreach (var stretch in _stretches)
        {
            if (change.Seqno <= stretch.End[change.Partition].Seqno) return stretch.Attempt + 1;
        }

        return 1;
    }

    private static bool IsCovered(ResumeToken token, ResumeToken by) =>
        token.Positions.All(p => p.Seqno <= by[p.Partition].Seqno);

    private readonly record struct Stretch(ResumeToken End, int Attempt);
}

/// <summary>A batch that was sent and is not acked.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Start">Where the reader was before it.</param>
/// <param name="Cursor">Where it is after it.</param>
/// <param name="Attempt">The highest attempt of its items.</param>
/// <param name="Changes">How many items it has.</param>
internal sealed record InFlightBatch(long Id, ResumeToken Start, ResumeToken Cursor, int Attempt, int Changes);
