using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>
/// Makes random calls to a store and the same calls to a <see cref="FakeSubscriptionStore"/>, and compares every answer. The names, databases
/// and identities are few, so that calls meet.
/// </summary>
/// <param name="seed">Determines the calls; part of every failure's message.</param>
/// <param name="reopen">Closes the store under test and opens it again.</param>
public sealed class SubscriptionStoreModel(int seed, Func<Task<ISubscriptionStore>> reopen)
{
    private static readonly string[] Names = ["a", "A", "b", "é", "É", "long name with spaces"];
    private static readonly string[] Documents = ["a", "A", "b", "\uFFFD", "\U0001F69A", "a\0", "aa"];

    private readonly Random _random = new(seed);
    private readonly List<StoredSubscription> _everCreated = [SubscriptionSamples.Subscription("never created")];

    /// <summary>A seed, from the environment variable <c>MODEL_SEED</c> when one is to be repeated.</summary>
    public static int NewSeed() =>
        int.TryParse(Environment.GetEnvironmentVariable("MODEL_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();

    /// <summary>Makes the calls.</summary>
    /// <param name="store">The store under test, empty.</param>
    /// <param name="steps">How many.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task RunAsync(ISubscriptionStore store, int steps, CancellationToken cancellationToken)
    {
        await using var model = new FakeSubscriptionStore();
        for (var step = 0; step < steps; step++)
        {
            var where = $"MODEL_SEED={seed}, step {step}";
            if (_random.Next(40) == 0)
            {
                store = await reopen();
                await CompareAllAsync(model, store, where, cancellationToken);
                continue;
            }

            var (description, call) = NextCall(cancellationToken);
            var expected = await AnswerAsync(call, model);
            var actual = await AnswerAsync(call, store);
            if (!Equals(expected, actual)) Assert.Fail($"{where}: {description} answered {actual ?? "null"}, expected {expected ?? "null"}");
            if (step % 10 == 0) await CompareAllAsync(model, store, where, cancellationToken);
        }
    }

    private (string Description, Func<ISubscriptionStore, Task<object?>> Call) NextCall(CancellationToken cancellationToken)
    {
        var target = Pick(_everCreated);
        var id = target.Id;
        switch (_random.Next(100))
        {
            case < 13:
                var created = NextSubscription();
                _everCreated.Add(created);
                return ($"create {created}", async s => await s.CreateAsync(created, cancellationToken));
            case < 21:
                var definition = NextUpdate(target.Definition);
                var to = _random.Next(3) == 0 ? SubscriptionSamples.WideCursor(_random.Next(4)) : null;
                return ($"update {id} to {definition} at {to}", async s => await s.UpdateAsync(id, definition, to, cancellationToken));
            case < 25:
                return ($"delete {id}", async s => await s.DeleteAsync(id, cancellationToken));
            case < 26:
                var database = NextDatabase();
                return ($"delete all of {database}", async s => await s.DeleteAllAsync(database, cancellationToken));
            case < 39:
                var isShared = _random.Next(2) == 0;
                return ($"grant {id}, shared: {isShared}", async s => await s.GrantAsync(id, isShared, cancellationToken));
            case < 44:
                var cursor = SubscriptionSamples.WideCursor(_random.Next(4));
                return ($"move {id} to {cursor}", async s => await s.SetCursorAsync(id, cursor, cancellationToken));
            case < 54:
                return NextDeadLetterCall(id, cancellationToken);
            case < 60:
                return NextList(id, cancellationToken);
            default:
                var update = NextSave(id);
                return ($"save {update}", async s => await s.SaveProgressAsync(update, cancellationToken));
        }
    }

    private (string Description, Func<ISubscriptionStore, Task<object?>> Call) NextDeadLetterCall(
        SubscriptionId id, CancellationToken cancellationToken)
    {
        string[]? documents = _random.Next(4) == 0 ? null : [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(Documents))];
        var which = documents is null ? "all" : string.Join(", ", documents);
        var now = SubscriptionSamples.Instant.AddMilliseconds(_random.Next());
        return _random.Next(3) == 0
            ? ($"discard {which} of {id}", async s => await s.DiscardDeadLettersAsync(id, documents, cancellationToken))
            : ($"replay {which} of {id}", async s => await s.ReplayDeadLettersAsync(id, documents, now, cancellationToken));
    }

    private (string Description, Func<ISubscriptionStore, Task<object?>> Call) NextList(SubscriptionId id, CancellationToken cancellationToken)
    {
        var (kind, after, max) = ((FailedItemKind)_random.Next(1, 3), _random.Next(3) == 0 ? "" : Pick(Documents), _random.Next(1, 5));
        return ($"list {max} {kind} of {id} behind '{after}'", async s => await s.ListFailedItemsAsync(id, kind, after, max, cancellationToken));
    }

    private static async Task<object?> AnswerAsync(Func<ISubscriptionStore, Task<object?>> call, ISubscriptionStore store)
    {
        try
        {
            var answer = await call(store);

            // As text, because lists are equal only to themselves; sorted, because a replay promises no order.
            return answer is IEnumerable<FailedItem> items ? string.Join('\n', items.OrderBy(item => item.Id, StringComparer.Ordinal)) : answer;
        }
        catch (ArgumentException)
        {
            return typeof(ArgumentException);
        }
    }

    private static async Task CompareAllAsync(
        FakeSubscriptionStore model, ISubscriptionStore store, string where, CancellationToken cancellationToken)
    {
        foreach (var database in new[] { SubscriptionSamples.Database, SubscriptionSamples.OtherDatabase })
        {
            var expected = (await model.ListAsync(database, cancellationToken)).OrderBy(s => s.Id.Value);
            var actual = (await store.ListAsync(database, cancellationToken)).OrderBy(s => s.Id.Value);
            if (!expected.SequenceEqual(actual))
                Assert.Fail($"{where}: {database} holds\n{string.Join('\n', actual)}\nexpected\n{string.Join('\n', expected)}");
            foreach (var id in expected.Select(s => s.Id)) await CompareFailedAsync(model, store, id, where, cancellationToken);
        }
    }

    private static async Task CompareFailedAsync(
        FakeSubscriptionStore model, ISubscriptionStore store, SubscriptionId id, string where, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<FailedItemKind>())
        {
            var expected = await model.ListFailedItemsAsync(id, kind, "", int.MaxValue, cancellationToken);
            var actual = await store.ListFailedItemsAsync(id, kind, "", int.MaxValue, cancellationToken);
            if (!expected.SequenceEqual(actual))
                Assert.Fail($"{where}: {id} has {kind}\n{string.Join('\n', actual)}\nexpected\n{string.Join('\n', expected)}");
        }

        Assert.Equal(await model.CountFailedItemsAsync(id, cancellationToken), await store.CountFailedItemsAsync(id, cancellationToken));
    }

    private ProgressUpdate NextSave(SubscriptionId id) => new(
        id, new FencingToken(_random.Next(5)), SubscriptionSamples.CursorAt(_random.Next(1, 1000)), NextInstantOrNull())
    {
        AckedAbove = AckedRanges.Create(Enumerable.Range(0, _random.Next(3)).Select(_ =>
        {
            var after = _random.NextInt64(1000);
            return new AckedRange(_random.Next(3), after, after + _random.Next(1, 500));
        })),
        FailedItems = _random.Next(3) == 0 ? null : new FailedItemChanges(NextItems(), NextItems(), [.. NextItems().Select(item => item.Id)])
        {
            KeepsEarliestLetters = _random.Next(2) == 0,
        },
    };

    private FailedItem[] NextItems() => [.. Enumerable.Range(0, _random.Next(4)).Select(_ =>
        SubscriptionSamples.FailedItem(Pick(Documents), _random.Next(1, 1000)) with { Attempts = _random.Next(5) })];

    private StoredSubscription NextSubscription()
    {
        // Now and then the identity of another: the caller's mistake, that must be noticed.
        var id = _random.Next(20) == 0 ? Pick(_everCreated).Id : new SubscriptionId(_random.NextInt64(1, long.MaxValue));
        var progress = new SubscriptionProgress(
            SubscriptionSamples.WideCursor(_random.Next(3)), new FencingToken(_random.Next(3)), NextInstantOrNull());
        progress = progress with { Epoch = new FencingToken(_random.NextInt64(progress.Token.Value + 1)) };
        return new StoredSubscription(id, NextDefinition(), SubscriptionSamples.Instant.AddMilliseconds(_random.Next()), progress);
    }

    private SubscriptionDefinition NextUpdate(SubscriptionDefinition current) => _random.Next(8) == 0
        ? NextDefinition()
        : NextDefinition() with
        {
            Database = current.Database,
            Name = _random.Next(2) == 0 ? current.Name.ToUpperInvariant() : current.Name,
        };

    private SubscriptionDefinition NextDefinition() => SubscriptionSamples.Definition(Pick(Names), NextDatabase()) with
    {
        Query = $"from C{_random.Next(1000)}",
        IncludeDeletes = _random.Next(2) == 0,
        Disabled = _random.Next(2) == 0,
        Parameters = _random.Next(2) == 0 ? "" : "{}",
        RetryPolicy = _random.Next(2) == 0 ? RetryPolicy.Default : SubscriptionSamples.RetryPolicy,
        AckTimeout = _random.Next(2) == 0 ? null : TimeSpan.FromSeconds(_random.Next(1, 100)),
    };

    private DatabaseName NextDatabase() => _random.Next(2) == 0 ? SubscriptionSamples.Database : SubscriptionSamples.OtherDatabase;

    private DateTimeOffset? NextInstantOrNull() =>
        _random.Next(3) == 0 ? null : SubscriptionSamples.Instant.AddMilliseconds(_random.Next(-1_000_000, 1_000_000));

    // Mostly recent ones, which are more likely to exist.
    private T Pick<T>(IReadOnlyList<T> items) =>
        items[_random.Next(3) == 0 ? _random.Next(items.Count) : _random.Next(Math.Max(0, items.Count - 6), items.Count)];
}
