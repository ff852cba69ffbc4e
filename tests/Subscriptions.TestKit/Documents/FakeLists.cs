using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>Reads of a fake store's newest versions in other orders than that of the log.</summary>
internal static class FakeLists
{
    /// <summary>By id.</summary>
    public static DocumentPage List(IEnumerable<Change> newest, DocumentRange range)
    {
        var page = new List<ListedDocument>();
        var documents = newest.Where(c => !c.IsTombstone && IsIn(c.Id, range)).OrderBy(c => c.Id, ByBytes.Instance).ToList();
        if (range.IsDescending) documents.Reverse();
        long size = 0;
        foreach (var change in documents.Skip((int)Math.Min(range.Skip, int.MaxValue)))
        {
            var document = new ListedDocument(change.Id, change.Revision, range.WithContent ? change : null);
            size += document.Size;
            if (page.Count > 0 && size > range.MaxBytes) return new DocumentPage(page, IsComplete: false);
            page.Add(document);
            if (page.Count == range.MaxCount) return new DocumentPage(page, IsComplete: false);
        }

        return new DocumentPage(page, IsComplete: true);
    }

    /// <summary>By decreasing seqno.</summary>
    public static BackwardPage ReadBackwards(IEnumerable<Change> changes, long highSeqno, ReadLimits limits)
    {
        var page = new List<Change>();
        long size = 0;
        foreach (var change in changes.OrderByDescending(c => c.Seqno))
        {
            size += change.Size;
            if (page.Count == limits.MaxCount || (page.Count > 0 && size > limits.MaxBytes)) return new BackwardPage(page, page[^1].Seqno, highSeqno);
            page.Add(change);
        }

        return new BackwardPage(page, 0, highSeqno);
    }

    private static bool IsIn(string id, DocumentRange range)
    {
        var direction = range.IsDescending ? -1 : 1;
        var fromStart = range.StartId is null ? 1 : ByBytes.Instance.Compare(id, range.StartId) * direction;
        var toEnd = range.EndId is null ? 1 : ByBytes.Instance.Compare(range.EndId, id) * direction;
        return fromStart >= (range.IsStartIncluded ? 0 : 1) && toEnd >= (range.IsEndIncluded ? 0 : 1);
    }

    /// <summary>The order of the bytes of UTF-8.</summary>
    private sealed class ByBytes : IComparer<string>
    {
        public static ByBytes Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            Math.Sign(Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!)));
    }
}
