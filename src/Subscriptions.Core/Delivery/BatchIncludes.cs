using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// The documents that come along with one batch, each once, in their newest versions; those that do not exist are left out. Not thread-safe.
/// </summary>
/// <param name="feed">Where they are found.</param>
/// <param name="view">Knows which ones a change names.</param>
public sealed class BatchIncludes(ChangeFeed feed, IChangeView view)
{
    /// <summary>The most documents that one change brings along; what it names beyond them is left out, as what does not exist is.</summary>
    public const int MaxDocuments = 1000;

    /// <summary>The most bytes that one change brings along, by <see cref="Change.Size"/>: one document must not be able to fill the memory.</summary>
    public const long MaxBytes = 32 * 1024 * 1024;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _named = [];
    private readonly List<Change> _documents = [];

    /// <summary>What comes along.</summary>
    public IReadOnlyList<Change> Documents => _documents;

    /// <summary>The documents that a change adds to what comes along already.</summary>
    /// <param name="change">The change.</param>
    /// <param name="room">
    /// How many bytes of them the batch still takes, by <see cref="Change.Size"/>; no more than that is ever held at a time, but for one document.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when they do not fit, which is known without reading the rest of them.</returns>
    public async ValueTask<IReadOnlyList<Change>?> FindAsync(Change change, long room, CancellationToken cancellationToken)
    {
        _named.Clear();
        if (!change.IsTombstone) view.CollectIncludes(change, _named);
        if (_named.Count == 0) return [];

        var found = new List<Change>();
        var bytes = 0L;
        foreach (var id in _named.Distinct(StringComparer.Ordinal).Take(MaxDocuments))
        {
            if (_known.Contains(id) || !DocumentLimits.IsId(id)) continue;
            if (await feed.GetAsync(id, cancellationToken) is not { IsTombstone: false } document)
            {
                _known.Add(id);
                continue;
            }

            bytes += document.Size;
            if (bytes > MaxBytes) break;
            if (bytes > room) return null;
            found.Add(document);
        }

        return found;
    }

    /// <summary>The documents that were found come along.</summary>
    public void Add(IReadOnlyList<Change> found)
    {
        foreach (var document in found)
        {
            if (_known.Add(document.Id)) _documents.Add(document);
        }
    }
}
