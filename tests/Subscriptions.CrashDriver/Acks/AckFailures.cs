using System.Collections.Immutable;
using System.Globalization;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>
/// The failed items of one subscription, as its books have them: of each of few documents, the seqno at which it waits for another try and the
/// seqno at which it was given up. A document stands for several rows that are always written together: if they differ later, they were torn.
/// </summary>
public sealed record AckFailures
{
    /// <summary>How many documents there are.</summary>
    public const int Documents = 5;

    /// <summary>All documents.</summary>
    public const int All = -1;

    private const int RowsOfADocument = 20;

    private AckFailures(ImmutableSortedDictionary<int, long> retries, ImmutableSortedDictionary<int, long> letters)
    {
        Retries = retries;
        Letters = letters;
    }

    /// <summary>Nothing has failed.</summary>
    public static AckFailures None { get; } = new(ImmutableSortedDictionary<int, long>.Empty, ImmutableSortedDictionary<int, long>.Empty);

    private ImmutableSortedDictionary<int, long> Retries { get; init; }

    private ImmutableSortedDictionary<int, long> Letters { get; init; }

    /// <summary>Reads what a store holds.</summary>
    /// <exception cref="InvalidOperationException">Rows of one document differ: only a part of a save is there.</exception>
    public static async Task<AckFailures> ReadAsync(ISubscriptionStore store, SubscriptionId id)
    {
        var retries = await store.ListFailedItemsAsync(id, FailedItemKind.Retry, "", int.MaxValue, CancellationToken.None);
        var letters = await store.ListFailedItemsAsync(id, FailedItemKind.DeadLetter, "", int.MaxValue, CancellationToken.None);
        return new AckFailures(Gather(id, retries), Gather(id, letters));
    }

    /// <summary>The ids of the rows of a document; null for all.</summary>
    public static IReadOnlyList<string>? IdsOf(int document) =>
        document == All ? null : [.. Enumerable.Range(0, RowsOfADocument).Select(row => IdOf(document, row))];

    /// <summary>What a step changes among the items in the store; null: nothing.</summary>
    public static FailedItemChanges? ChangesOf(AckStep step) => step.Operation switch
    {
        AckOperation.Park => new FailedItemChanges(ItemsOf(step), [], []),
        AckOperation.GiveUp => new FailedItemChanges([], ItemsOf(step), IdsOf(step.Document)!),
        AckOperation.Settle => new FailedItemChanges([], [], IdsOf(step.Document)!),
        _ => null,
    };

    /// <summary>How many rows a replay or discard of a document must find.</summary>
    public int CountLetters(int document) => Meant(document).Count() * RowsOfADocument;

    /// <summary>The items after a step.</summary>
    public AckFailures After(AckStep step) => step.Operation switch
    {
        AckOperation.Park => this with { Retries = Retries.SetItem(step.Document, step.Seqno) },
        AckOperation.GiveUp => this with { Retries = Retries.Remove(step.Document), Letters = Letters.SetItem(step.Document, Math.Max(step.Seqno, Letters.GetValueOrDefault(step.Document))) },
        AckOperation.Settle => this with { Retries = Retries.Remove(step.Document) },
        AckOperation.Move => this with { Retries = Retries.Clear() },
        AckOperation.Replay => this with { Retries = Retries.SetItems(Meant(step.Document).Select(Replayed)), Letters = Letters.RemoveRange(Meant(step.Document)) },
        AckOperation.Discard => this with { Letters = Letters.RemoveRange(Meant(step.Document)) },
        _ => this,
    };

    /// <inheritdoc />
    public bool Equals(AckFailures? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <inheritdoc />
    public override string ToString() => $"retries {Text(Retries)}, dead letters {Text(Letters)}";

    private static string Text(ImmutableSortedDictionary<int, long> items) =>
        "[" + string.Join(' ', items.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}@{item.Value}"))) + "]";

    private static string IdOf(int document, int row) => string.Create(CultureInfo.InvariantCulture, $"{document}/{row:D2}");

    private static FailedItem[] ItemsOf(AckStep step) =>
        [.. IdsOf(step.Document)!.Select(id => new FailedItem(id, step.Seqno, 1, AckValues.AckedAt(step.Seqno)) { Reason = "the scenario's" })];

    private static ImmutableSortedDictionary<int, long> Gather(SubscriptionId id, IReadOnlyList<FailedItem> rows)
    {
        var documents = ImmutableSortedDictionary.CreateBuilder<int, long>();
        foreach (var group in rows.GroupBy(row => int.Parse(row.Id[..row.Id.IndexOf('/')], CultureInfo.InvariantCulture)))
        {
            var isWhole = group.Count() == RowsOfADocument && group.DistinctBy(row => row.Seqno).Count() == 1;
            if (!isWhole) throw new InvalidOperationException($"Document {group.Key} of subscription {id} was torn: {string.Join(", ", group)}");
            documents.Add(group.Key, group.First().Seqno);
        }

        return documents.ToImmutable();
    }

    private IEnumerable<int> Meant(int document) => document == All ? Letters.Keys : Letters.Keys.Where(key => key == document);

    // Where the document waits already, the lower of the two versions counts.
    private KeyValuePair<int, long> Replayed(int document) =>
        new(document, Math.Min(Letters[document], Retries.GetValueOrDefault(document, long.MaxValue)));
}
