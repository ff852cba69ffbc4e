using System.Text;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>The failed items that a <see cref="FakeSubscriptionStore"/> holds. Not thread-safe.</summary>
internal sealed class FakeFailedItems
{
    private static readonly Comparer<string> Utf8Order =
        Comparer<string>.Create((one, other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other)));

    private readonly Dictionary<SubscriptionId, SortedDictionary<string, Row>> _rows = [];

    public IReadOnlyList<FailedItem> List(SubscriptionId id, FailedItemKind kind, string afterId, int max) =>
        [.. RowsOf(id).Where(row => row.Value.Kind == kind && Utf8Order.Compare(row.Key, afterId) > 0).Take(max).Select(row => row.Value.Item)];

    public FailedItemCounts Count(SubscriptionId id) => new(
        RowsOf(id).Values.Count(row => row.Kind == FailedItemKind.Retry), RowsOf(id).Values.Count(row => row.Kind == FailedItemKind.DeadLetter));

    public void Apply(SubscriptionId id, FailedItemChanges changes)
    {
        var rows = RowsOf(id);
        foreach (var document in changes.Settled) Remove(id, document, FailedItemKind.Retry);
        foreach (var item in changes.Retries) rows[item.Id] = new Row(FailedItemKind.Retry, item);
        foreach (var item in changes.DeadLetters) rows[item.Id] = new Row(FailedItemKind.DeadLetter, item);
    }

    public IReadOnlyList<FailedItem> Replay(SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now)
    {
        var rows = RowsOf(id);
        var replayed = new List<FailedItem>();
        foreach (var document in documents ?? DeadLettersOf(id))
        {
            if (!rows.TryGetValue(document, out var row) || row.Kind != FailedItemKind.DeadLetter) continue;
            var item = row.Item with { Attempts = 0, DueAt = now };
            rows[document] = new Row(FailedItemKind.Retry, item);
            replayed.Add(item);
        }

        return replayed;
    }

    public long Discard(SubscriptionId id, IReadOnlyList<string>? documents) =>
        (documents ?? DeadLettersOf(id)).LongCount(document => Remove(id, document, FailedItemKind.DeadLetter));

    public void DeleteRetries(SubscriptionId id)
    {
        foreach (var item in List(id, FailedItemKind.Retry, "", int.MaxValue)) RowsOf(id).Remove(item.Id);
    }

    public void DeleteAll(SubscriptionId id) => _rows.Remove(id);

    private List<string> DeadLettersOf(SubscriptionId id) =>
        [.. RowsOf(id).Where(row => row.Value.Kind == FailedItemKind.DeadLetter).Select(row => row.Key)];

    private bool Remove(SubscriptionId id, string document, FailedItemKind kind)
    {
        var rows = RowsOf(id);
        return rows.TryGetValue(document, out var row) && row.Kind == kind && rows.Remove(document);
    }

    private SortedDictionary<string, Row> RowsOf(SubscriptionId id)
    {
        if (_rows.TryGetValue(id, out var rows)) return rows;
        return _rows[id] = new SortedDictionary<string, Row>(Utf8Order);
    }

    private sealed record Row(FailedItemKind Kind, FailedItem Item);
}
