using System.Text;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>The failed items that a <see cref="FakeSubscriptionStore"/> holds. Not thread-safe.</summary>
internal sealed class FakeFailedItems
{
    private static readonly Comparer<string> Utf8Order =
        Comparer<string>.Create((one, other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other)));

    private readonly Dictionary<(SubscriptionId, FailedItemKind), SortedDictionary<string, FailedItem>> _rows = [];

    public IReadOnlyList<FailedItem> List(SubscriptionId id, FailedItemKind kind, string afterId, int max) =>
        [.. RowsOf(id, kind).Where(row => Utf8Order.Compare(row.Key, afterId) > 0).Take(max).Select(row => row.Value)];

    public FailedItemCounts Count(SubscriptionId id) => new(RowsOf(id, FailedItemKind.Retry).Count, RowsOf(id, FailedItemKind.DeadLetter).Count);

    public void Apply(SubscriptionId id, FailedItemChanges changes)
    {
        var retries = RowsOf(id, FailedItemKind.Retry);
        foreach (var document in changes.Settled) retries.Remove(document);
        foreach (var item in changes.Retries) retries[item.Id] = item;
        var letters = RowsOf(id, FailedItemKind.DeadLetter);
        foreach (var item in changes.DeadLetters)
        {
            var isKept = letters.TryGetValue(item.Id, out var letter)
                && (changes.KeepsEarliestLetters ? letter.Seqno < item.Seqno : letter.Seqno > item.Seqno);
            if (!isKept) letters[item.Id] = item;
        }
    }

    public IReadOnlyList<FailedItem> Replay(SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now)
    {
        var retries = RowsOf(id, FailedItemKind.Retry);
        var replayed = new List<FailedItem>();
        foreach (var document in documents ?? DeadLettersOf(id))
        {
            if (!RowsOf(id, FailedItemKind.DeadLetter).Remove(document, out var letter)) continue;

            var lower = retries.TryGetValue(document, out var waiting) && waiting.Seqno < letter.Seqno ? waiting : letter;
            replayed.Add(retries[document] = lower with { Attempts = 0, DueAt = now });
        }

        return replayed;
    }

    public long Discard(SubscriptionId id, IReadOnlyList<string>? documents) =>
        (documents ?? DeadLettersOf(id)).LongCount(document => RowsOf(id, FailedItemKind.DeadLetter).Remove(document));

    public void DeleteRetries(SubscriptionId id) => _rows.Remove((id, FailedItemKind.Retry));

    public void DeleteAll(SubscriptionId id)
    {
        foreach (var kind in Enum.GetValues<FailedItemKind>()) _rows.Remove((id, kind));
    }

    private List<string> DeadLettersOf(SubscriptionId id) => [.. RowsOf(id, FailedItemKind.DeadLetter).Keys];

    private SortedDictionary<string, FailedItem> RowsOf(SubscriptionId id, FailedItemKind kind)
    {
        if (_rows.TryGetValue((id, kind), out var rows)) return rows;
        return _rows[(id, kind)] = new SortedDictionary<string, FailedItem>(Utf8Order);
    }
}
