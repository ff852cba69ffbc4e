using Subscriptions.Core.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>One worker of <see cref="AckScenario"/>. Any answer that its own books do not explain ends the process.</summary>
internal sealed class AckWorker
{
    private const int MaxOwn = 3;

    private readonly ISubscriptionStore _store;
    private readonly CrashJournal _journal;
    private readonly int _worker;
    private readonly SubscriptionId _shared;
    private readonly Random _random;
    private readonly Dictionary<string, Own> _own = [];

    public AckWorker(
        ISubscriptionStore store, CrashJournal journal, int worker, int seed, IReadOnlyList<AckFinding> found, SubscriptionId shared)
    {
        _store = store;
        _journal = journal;
        _worker = worker;
        _shared = shared;
        _random = new Random(HashCode.Combine(seed, worker));
        for (var i = 0; i < MaxOwn; i++)
        {
            var name = AckValues.NameOf(worker, i);
            if (found.FirstOrDefault(f => f.Subscription.Definition.Name == name) is { } own) _own[name] = Own.Of(own);
        }
    }

    public async Task RunAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var name = AckValues.NameOf(_worker, _random.Next(MaxOwn));
            if (_random.Next(8) == 0) await ContendAsync();
            else if (_own.TryGetValue(name, out var own)) await ChangeAsync(name, own);
            else await CreateAsync(name);
        }
    }

    private async Task CreateAsync(string name)
    {
        var step = Announce(AckOperation.Create, SubscriptionId.Create().Value, 0, _random.Next(1, 1000));
        Expect(await _store.CreateAsync(AckValues.Subscription(step.Id, name, step.Seqno), CancellationToken.None), step);
        _own[name] = new Own(step.Id, 0, 0, step.Seqno, AckFailures.None);
        Confirm(step);
    }

    private Task ChangeAsync(string name, Own own) => _random.Next(100) switch
    {
        < 5 => DeleteAsync(name, own),
        < 10 => UpdateAsync(name, own),
        < 18 => GrantAsync(name, own, AckOperation.Grant),
        < 24 => GrantAsync(name, own, AckOperation.Share),
        < 30 => MoveAsync(name, own),
        < 40 => ReplayAsync(name, own),
        < 44 => DiscardAsync(name, own),
        < 56 => SaveAsync(name, own, AckOperation.Park),
        < 66 => SaveAsync(name, own, AckOperation.GiveUp),
        < 74 => SaveAsync(name, own, AckOperation.Settle),
        _ => SaveAsync(name, own, AckOperation.Save),
    };

    private async Task DeleteAsync(string name, Own own)
    {
        var step = Announce(AckOperation.Delete, own.Id, 0, 0);
        Expect(await _store.DeleteAsync(new SubscriptionId(own.Id), CancellationToken.None), step);
        _own.Remove(name);
        Confirm(step);
    }

    private async Task UpdateAsync(string name, Own own)
    {
        var step = Announce(AckOperation.Update, own.Id, 0, _random.Next(1, 1000));
        var definition = AckValues.Definition(name, step.Seqno);
        var update = await _store.UpdateAsync(new SubscriptionId(own.Id), definition, cursor: null, CancellationToken.None);
        Expect(update.Outcome == UpdateOutcome.Updated, step);
        Confirm(step);
    }

    private async Task GrantAsync(string name, Own own, AckOperation operation)
    {
        var isShared = operation == AckOperation.Share;
        var step = Announce(operation, own.Id, 0, 0);
        var progress = await _store.GrantAsync(new SubscriptionId(own.Id), isShared, CancellationToken.None);
        var next = own with { Token = own.Token + 1, Epoch = isShared ? own.Epoch : own.Token + 1 };
        Expect(progress?.Token.Value == next.Token && progress.Epoch.Value == next.Epoch && progress.Cursor.Equals(AckValues.Cursor(own.Seqno)), step);
        _own[name] = next;
        Confirm(step with { Token = next.Token, Seqno = own.Seqno });
    }

    private async Task MoveAsync(string name, Own own)
    {
        var step = Announce(AckOperation.Move, own.Id, 0, _random.Next(1, 1000));
        var progress = await _store.SetCursorAsync(new SubscriptionId(own.Id), AckValues.Cursor(step.Seqno), CancellationToken.None);
        Expect(progress?.Token.Value == own.Token + 1 && progress.AckedAbove.IsEmpty, step);
        _own[name] = own with { Token = own.Token + 1, Epoch = own.Token + 1, Seqno = step.Seqno, Failures = own.Failures.After(step) };
        Confirm(step with { Token = own.Token + 1 });
    }

    private async Task SaveAsync(string name, Own own, AckOperation operation)
    {
        // Any of those that share may save.
        var token = _random.NextInt64(own.Epoch, own.Token + 1);
        var step = Announce(operation, own.Id, token, own.Seqno + _random.Next(1, 50), _random.Next(AckFailures.Documents));
        Expect(await SaveAsync(step) == ProgressOutcome.Saved, step);
        _own[name] = own with { Seqno = step.Seqno, Failures = own.Failures.After(step) };
        Confirm(step);
    }

    private async Task ReplayAsync(string name, Own own)
    {
        var step = Announce(AckOperation.Replay, own.Id, 0, 0, NextDocuments());
        var replayed = await _store.ReplayDeadLettersAsync(
            new SubscriptionId(own.Id), AckFailures.IdsOf(step.Document), DateTimeOffset.UnixEpoch, CancellationToken.None);
        Expect(replayed.Count == own.Failures.CountLetters(step.Document), step);
        _own[name] = own with { Failures = own.Failures.After(step) };
        Confirm(step);
    }

    private async Task DiscardAsync(string name, Own own)
    {
        var step = Announce(AckOperation.Discard, own.Id, 0, 0, NextDocuments());
        var discarded = await _store.DiscardDeadLettersAsync(
            new SubscriptionId(own.Id), AckFailures.IdsOf(step.Document), CancellationToken.None);
        Expect(discarded == own.Failures.CountLetters(step.Document), step);
        _own[name] = own with { Failures = own.Failures.After(step) };
        Confirm(step);
    }

    // Whoever holds the shared subscription goes on from the cursor that came with the lease, until somebody else takes it.
    private async Task ContendAsync()
    {
        var grant = Announce(AckOperation.Grant, _shared.Value, 0, 0);
        var progress = await _store.GrantAsync(_shared, isShared: false, CancellationToken.None);
        Expect(progress is not null, grant);
        var token = progress!.Token.Value;
        var seqno = progress.Cursor[0].Seqno;
        Confirm(grant with { Token = token, Seqno = seqno });

        for (var i = _random.Next(20); i > 0; i--)
        {
            var save = Announce(AckOperation.Save, _shared.Value, token, ++seqno);
            var outcome = await SaveAsync(save);
            Expect(outcome != ProgressOutcome.NotFound, save);
            _journal.Write((save with { Phase = outcome == ProgressOutcome.Saved ? AckPhase.Done : AckPhase.Fenced }).ToString());
            if (outcome == ProgressOutcome.Fenced) return;
        }
    }

    private async Task<ProgressOutcome> SaveAsync(AckStep step) => await _store.SaveProgressAsync(
        new ProgressUpdate(
            new SubscriptionId(step.Id), new FencingToken(step.Token), AckValues.Cursor(step.Seqno), AckValues.AckedAt(step.Seqno))
        {
            AckedAbove = AckValues.AckedAbove(step.Seqno),
            FailedItems = AckFailures.ChangesOf(step),
        },
        CancellationToken.None);

    private int NextDocuments() => _random.Next(4) == 0 ? AckFailures.All : _random.Next(AckFailures.Documents);

    private AckStep Announce(AckOperation operation, long id, long token, long seqno, int document = 0)
    {
        var step = new AckStep(AckPhase.Try, _worker, operation, id, token, seqno, document);
        _journal.Write(step.ToString());
        return step;
    }

    private void Confirm(AckStep step) => _journal.Write((step with { Phase = AckPhase.Done }).ToString());

    private static void Expect(bool isAsExpected, AckStep step)
    {
        if (!isAsExpected) throw new InvalidOperationException($"The store gave an unexpected answer to '{step}'.");
    }

    private sealed record Own(long Id, long Token, long Epoch, long Seqno, AckFailures Failures)
    {
        public static Own Of(AckFinding found)
        {
            var progress = found.Subscription.Progress;
            return new Own(found.Subscription.Id.Value, progress.Token.Value, progress.Epoch.Value, progress.Cursor[0].Seqno, found.Failures);
        }
    }
}
