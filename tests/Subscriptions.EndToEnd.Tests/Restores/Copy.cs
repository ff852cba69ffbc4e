using System.Collections.Concurrent;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Restores;

/// <summary>
/// What a reader made of the changes of a database with one partition. When it is sent back, it looks up what it has of the lost branch, deletions included:
/// versions of then do not come again.
/// </summary>
internal sealed class Copy(SubscriptionsClient client, string database)
{
    private readonly ConcurrentDictionary<string, (long Seqno, string? Revision)> _documents = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<long> _rewinds = new();

    /// <summary>To which seqnos it was sent back.</summary>
    public IReadOnlyCollection<long> Rewinds => _rewinds;

    /// <summary>Each document that exists and its revision.</summary>
    public SortedDictionary<string, string> Documents =>
        new(_documents.Where(d => d.Value.Revision is not null).ToDictionary(d => d.Key, d => d.Value.Revision!), StringComparer.Ordinal);

    /// <summary>A change came.</summary>
    public void Take(string id, long seqno, string revision, bool isDeleted) => _documents[id] = (seqno, isDeleted ? null : revision);

    /// <summary>The reader was sent back.</summary>
    public async Task RewindAsync(long seqno, CancellationToken cancellationToken)
    {
        _rewinds.Enqueue(seqno);
        foreach (var (id, _) in _documents.Where(d => d.Value.Seqno > seqno).ToList())
        {
            var document = await client.Documents.GetAsync(database, id, cancellationToken);
            _documents[id] = (0, document?.Revision);
        }
    }
}
