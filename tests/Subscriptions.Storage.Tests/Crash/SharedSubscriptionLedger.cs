using Subscriptions.CrashDriver.Acks;
using Xunit;

namespace Subscriptions.Storage.Tests.Crash;

/// <summary>
/// What was promised about the subscription that all workers contend for. Each holder goes on from the cursor that came with its lease and
/// only forward, so the cursor must never be behind a save that was confirmed, whoever made it.
/// </summary>
internal sealed class SharedSubscriptionLedger
{
    // Of a lease: the cursor that it began with, and the highest that was confirmed under it.
    private readonly SortedDictionary<long, long> _granted = [];
    private readonly Dictionary<long, long> _saved = [];
    private long _attempted;

    public void Record(AckStep step)
    {
        switch (step)
        {
            case { Operation: AckOperation.Grant, Phase: AckPhase.Done }:
                Assert.True(_granted.TryAdd(step.Token, step.Seqno), $"Token {step.Token} was granted twice.");
                break;
            case { Operation: AckOperation.Save, Phase: AckPhase.Try }:
                _attempted = Math.Max(_attempted, step.Seqno);
                break;
            case { Operation: AckOperation.Save, Phase: AckPhase.Done }:
                _saved[step.Token] = step.Seqno;
                break;
        }
    }

    public void Verify(AckFinding stored)
    {
        var actual = AckState.Of(stored);
        var highest = 0L;
        foreach (var (token, cursor) in _granted)
        {
            Assert.True(cursor >= highest, $"Lease {token} began at {cursor}, but {highest} was confirmed under an older lease.");
            Assert.True(cursor <= _attempted, $"Lease {token} began at {cursor}; nobody saved more than {_attempted}.");
            highest = Math.Max(cursor, _saved.GetValueOrDefault(token));
        }

        Assert.True(actual.Token >= _granted.Keys.DefaultIfEmpty().Max(), $"Token {actual.Token} is stored; a later one was granted.");
        Assert.True(actual.Seqno >= highest, $"{highest} was confirmed, {actual.Seqno} is stored.");
        Assert.True(actual.Seqno <= _attempted, $"{actual.Seqno} is stored; nobody saved more than {_attempted}.");
        Assert.True(actual.AckedAt is null || actual.AckedAt == actual.Seqno, $"Cursor {actual.Seqno} was acked at {actual.AckedAt}.");
    }
}
