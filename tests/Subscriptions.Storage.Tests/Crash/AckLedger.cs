using System.Globalization;
using Subscriptions.CrashDriver.Acks;
using Xunit;

namespace Subscriptions.Storage.Tests.Crash;

/// <summary>
/// What the store promised to a process that was killed, and whether it kept it. A worker's own subscription must be exactly as the last
/// promise said, or as the one step makes it that was announced and not answered.
/// </summary>
internal sealed class AckLedger(long sharedId)
{
    private readonly Dictionary<long, AckState> _own = [];
    private readonly Dictionary<int, AckStep> _announced = [];
    private readonly SharedSubscriptionLedger _shared = new();

    /// <summary>How many steps were promised.</summary>
    public int Promises { get; private set; }

    /// <summary>Takes in what one killed process printed.</summary>
    public void Record(IEnumerable<string> lines)
    {
        _announced.Clear();
        foreach (var step in lines.Select(AckStep.Parse))
        {
            if (step.Phase == AckPhase.Try) _announced[step.Worker] = step;
            else Assert.True(_announced.Remove(step.Worker), $"'{step}' answers nothing.");
            if (step.Phase == AckPhase.Done) Promises++;

            if (step.Id == sharedId) _shared.Record(step);
            else if (step.Phase == AckPhase.Done) Apply(_own, step);
        }
    }

    /// <summary>Compares the promises with what the store holds, which is the truth from then on.</summary>
    public void Verify(IReadOnlyList<AckFinding> stored)
    {
        var found = stored.Where(f => f.Subscription.Id.Value != sharedId).ToDictionary(f => f.Subscription.Id.Value, AckState.Of);
        foreach (var id in _own.Keys.Union(found.Keys))
        {
            var promised = _own.GetValueOrDefault(id);
            var actual = found.GetValueOrDefault(id);
            var announced = _announced.Values.SingleOrDefault(step => step.Id == id);
            var isKept = actual == promised || (announced is not null && actual == After(promised, announced));
            Assert.True(isKept, $"Subscription {id}: promised {promised}, announced '{announced}', found {actual}.");
        }

        _shared.Verify(stored.Single(f => f.Subscription.Id.Value == sharedId));
        _own.Clear();
        foreach (var (id, state) in found) _own[id] = state;
    }

    private static AckState? After(AckState? before, AckStep step)
    {
        var states = new Dictionary<long, AckState>();
        if (before is not null) states[step.Id] = before;
        Apply(states, step);
        return states.GetValueOrDefault(step.Id);
    }

    private static void Apply(Dictionary<long, AckState> states, AckStep step)
    {
        if (step.Operation == AckOperation.Create)
        {
            states.Add(step.Id, new AckState(step.Seqno, 0, 0, step.Seqno, null, false, AckFailures.None));
            return;
        }

        var state = states[step.Id];
        if (step.Operation == AckOperation.Delete) states.Remove(step.Id);
        else states[step.Id] = state.After(step);
    }
}

/// <summary>The parts of a subscription that the scenario changes.</summary>
internal sealed record AckState(long Query, long Token, long Epoch, long Seqno, long? AckedAt, bool HasAckedAbove, AckFailures Failures)
{
    /// <summary>What a store holds; fails when its parts were written by different steps.</summary>
    public static AckState Of(AckFinding found)
    {
        var progress = found.Subscription.Progress;
        var seqno = progress.Cursor[0].Seqno;
        Assert.Equal(AckValues.Cursor(seqno).Positions, progress.Cursor.Positions);
        if (!progress.AckedAbove.IsEmpty) Assert.Equal(AckValues.AckedAbove(seqno), progress.AckedAbove);
        return new AckState(
            long.Parse(found.Subscription.Definition.Query["from C".Length..], CultureInfo.InvariantCulture),
            progress.Token.Value,
            progress.Epoch.Value,
            seqno,
            progress.LastAckAt?.ToUnixTimeMilliseconds(),
            !progress.AckedAbove.IsEmpty,
            found.Failures);
    }

    public AckState After(AckStep step)
    {
        var next = this with { Failures = Failures.After(step) };
        if (step.IsSave) return next with { Seqno = step.Seqno, AckedAt = step.Seqno, HasAckedAbove = !AckValues.AckedAbove(step.Seqno).IsEmpty };
        return step.Operation switch
        {
            AckOperation.Update => next with { Query = step.Seqno },
            AckOperation.Grant => next with { Token = Token + 1, Epoch = Token + 1 },
            AckOperation.Share => next with { Token = Token + 1 },
            AckOperation.Move => next with { Token = Token + 1, Epoch = Token + 1, Seqno = step.Seqno, HasAckedAbove = false },
            AckOperation.Replay or AckOperation.Discard => next,
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not a change."),
        };
    }
}
