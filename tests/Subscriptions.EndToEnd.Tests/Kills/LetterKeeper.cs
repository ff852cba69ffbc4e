using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>
/// An administrator who looks at the dead letters, replays some and discards some, and notes when one is there again that should not be. Knows
/// documents of one version only.
/// </summary>
internal sealed class LetterKeeper(SubscriptionsClient client, WorkLedger ledger, int seed)
{
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _discarded = [];
    private readonly HashSet<string> _mayBeDiscarded = [];
    private readonly Dictionary<string, long> _replayed = [];

    /// <summary>How often something was replayed or discarded, or was to be.</summary>
    public int Actions { get; private set; }

    /// <summary>How many were replayed, as was confirmed.</summary>
    public long Replayed { get; private set; }

    /// <summary>How many were discarded, as was confirmed.</summary>
    public long Discarded { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whether a document was discarded, or perhaps was.</summary>
    public bool MayHaveDiscarded(string id) => _mayBeDiscarded.Contains(id);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 15)), TimeProvider.System, CancellationToken.None);
            try
            {
                await ActAsync();
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                // The server was killed: it has happened or not, and the next look tells.
            }
        }
    }

    /// <summary>The dead letters by id; all of them are what they may be.</summary>
    public async Task<IReadOnlyDictionary<string, FailedItemInfo>> ListAsync()
    {
        var letters = new Dictionary<string, FailedItemInfo>();
        await foreach (var letter in client.DeadLetters.ListAsync(KillRun.Database, KillRun.Subscription, Cancellation))
        {
            letters.Add(letter.Id, letter);
            if (_discarded.Contains(letter.Id)) ledger.Complain(letter.Id, $"{letter} was discarded, and is there again.");
            if (_replayed.TryGetValue(letter.Id, out var at) && !ledger.WasFailedAfter(letter.Id, at))
                ledger.Complain(letter.Id, $"{letter} was replayed and did not fail since, and is there again.");
        }

        ledger.GivenUp(letters.Keys);
        return letters;
    }

    /// <summary>What was replayed has come again.</summary>
    public void CheckReplays()
    {
        foreach (var (id, at) in _replayed)
        {
            if (!ledger.WasDeliveredAfter(id, at)) ledger.Complain(id, $"{id} was replayed, and did not come.");
        }
    }

    /// <summary>Delivers some of the dead letters again; their ids must be those of the last look.</summary>
    public async Task ReplayAsync(IReadOnlyCollection<string> ids)
    {
        var at = ledger.Replaying(ids);
        try
        {
            Require(ids.Count, await client.DeadLetters.ReplayAsync(KillRun.Database, KillRun.Subscription, ids, Cancellation), "replayed");
            foreach (var id in ids) _replayed[id] = at;
            Replayed += ids.Count;
        }
        finally
        {
            ledger.ForgetAttempts();
        }
    }

    /// <summary>Forgets some of the dead letters; their ids must be those of the last look.</summary>
    public async Task DiscardAsync(IReadOnlyCollection<string> ids)
    {
        _mayBeDiscarded.UnionWith(ids);
        Require(ids.Count, await client.DeadLetters.DiscardAsync(KillRun.Database, KillRun.Subscription, ids, Cancellation), "discarded");
        _discarded.UnionWith(ids);
        Discarded += ids.Count;
    }

    private async Task ActAsync()
    {
        var letters = (await ListAsync()).Keys.ToList();
        if (letters.Count == 0) return;

        Actions++;
        var some = letters.Where(_ => _random.Next(4) == 0).Append(letters[0]).Distinct().ToList();
        switch (_random.Next(10))
        {
            case 0:
                await ReplayAllAsync(letters);
                break;
            case < 6:
                await ReplayAsync(some);
                break;
            default:
                await DiscardAsync(some);
                break;
        }
    }

    // May take along what was given up since the last look.
    private async Task ReplayAllAsync(List<string> letters)
    {
        var at = ledger.Replaying(letters);
        try
        {
            Replayed += await client.DeadLetters.ReplayAllAsync(KillRun.Database, KillRun.Subscription, Cancellation);
            foreach (var id in letters) _replayed[id] = at;
        }
        finally
        {
            ledger.ForgetAttempts();
        }
    }

    private void Require(long wanted, long done, string what)
    {
        if (wanted != done) ledger.Complain(null, $"{done} dead letters were {what}, where there were {wanted}.");
    }
}
