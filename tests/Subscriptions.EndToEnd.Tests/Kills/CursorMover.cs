using System.Globalization;
using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>An administrator who moves the cursor back, in one of the ways that there are.</summary>
internal sealed class CursorMover(SubscriptionsClient client, WorkLedger ledger, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>How often it was moved, as was confirmed.</summary>
    public int Moves { get; private set; }

    /// <summary>How far back it was moved at last, for each partition; those that are missing from the beginning.</summary>
    public IReadOnlyDictionary<int, long> Through { get; private set; } = new Dictionary<int, long>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public override string ToString() => Through.Count == 0 ? "the beginning" : string.Join(", ", Through.Select(p => $"p{p.Key}:{p.Value}"));

    /// <summary>Moves it.</summary>
    /// <param name="changeVector">To where, and again until that is confirmed; null: to the beginning, which then has happened or not.</param>
    public async Task MoveAsync(string? changeVector)
    {
        var cursor = string.IsNullOrEmpty(changeVector) ? SubscriptionCursor.Beginning : SubscriptionCursor.FromChangeVector(changeVector);
        var through = Parse(changeVector ?? "");
        while (true)
        {
            ledger.Moving();
            try
            {
                ledger.Moved(through, (await SendAsync(cursor)).FencingToken);
                Moves++;
                Through = through;
                return;
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                if (through.Count == 0)
                {
                    ledger.MayHaveMoved();
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
            }
        }
    }

    private async Task<SubscriptionInfo> SendAsync(SubscriptionCursor cursor)
    {
        if (_random.Next(2) == 0) return await client.Subscriptions.SetCursorAsync(KillRun.Database, KillRun.Subscription, cursor, Cancellation);

        var update = new SubscriptionUpdate { Cursor = cursor, AckTimeout = TimeSpan.FromSeconds(_random.Next(60, 3600)) };
        return (await client.Subscriptions.UpdateAsync(KillRun.Database, KillRun.Subscription, update, Cancellation)).Subscription;
    }

    // "p0:1200-00c3a1b2c3d4e5f6, p1:77-…"
    private static Dictionary<int, long> Parse(string changeVector) => changeVector
        .Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry[1..].Split(':', '-'))
        .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
}
