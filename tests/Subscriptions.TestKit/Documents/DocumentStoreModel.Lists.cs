using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

public sealed partial class DocumentStoreModel
{
    private (string Description, Func<IDocumentStore, Task<string>> Call) NextEachCall(DocumentWrite[] operations)
    {
        for (var i = 0; i < operations.Length; i++)
        {
            if (operations[i].Kind != WriteKind.Touch && _random.Next(3) == 0)
                operations[i] = operations[i] with { History = NextHistory(operations[i].Id) };
        }

        return ("each\n" + string.Join('\n', (object[])operations), async s => Describe(await s.WriteEachAsync(operations, CancellationToken.None)));
    }

    private (string Description, Func<IDocumentStore, Task<string>> Call) NextListCall(string id, int count)
    {
        var (partition, seqno) = (_random.Next(partitions), _random.NextInt64(80));
        switch (_random.Next(5))
        {
            case 0:
                var limits = new ReadLimits(count, 80 + _random.Next(400));
                return ("backwards", async s => Describe(await s.ReadChangesBackwardsAsync(partition, seqno, limits, CancellationToken.None)));
            case 1:
                return ($"history {id}", async s => Describe(await s.GetHistoryAsync(id, CancellationToken.None)));
            case 2:
                return ($"local {id}", async s => Describe(await s.GetLocalAsync(id, CancellationToken.None)));
            case 3:
                var (content, version) = (_random.Next(4) == 0 ? default(ReadOnlyMemory<byte>?) : new byte[_random.Next(9)], _random.Next(3));
                return ($"local {id} {version}", async s => $"{await s.WriteLocalAsync(id, content, version, CancellationToken.None)}");
            default:
                var range = NextRange(count);
                return ($"list {range}", async s => Describe(await s.ListDocumentsAsync(range, CancellationToken.None)));
        }
    }

    private DocumentRange NextRange(int count) => new()
    {
        StartId = _random.Next(3) == 0 ? null : NextId(),
        IsStartIncluded = _random.Next(2) == 0,
        EndId = _random.Next(3) == 0 ? null : NextId(),
        IsEndIncluded = _random.Next(2) == 0,
        IsDescending = _random.Next(2) == 0,
        Skip = _random.Next(3),
        MaxCount = _random.Next(3) == 0 ? count : int.MaxValue,
        MaxBytes = _random.Next(3) == 0 ? _random.Next(600) : long.MaxValue,
        WithContent = _random.Next(2) == 0,
    };

    // How it stands to what the document has is as likely one way as another; an earlier operation of the same request may have moved the document on.
    private RevisionHistory NextHistory(string id)
    {
        var fresh = Enumerable.Range(0, _random.Next(40) == 0 ? _random.Next(1, 1500) : _random.Next(1, 5)).Select(_ => (UInt128)_random.NextInt64()).ToArray();
        var known = _historyOf(id);
        if (known is null || _random.Next(8) == 0)
            return new RevisionHistory(new Revision(fresh.Length + _random.Next(3), fresh[0]), fresh[1..]);
        if (_random.Next(4) == 0)
        {
            var index = _random.Next(-1, Math.Min(known.Ancestors.Count, 20));
            var digest = index < 0 ? known.Revision.Digest : known.Ancestors[index];
            return new RevisionHistory(new Revision(known.Revision.Generation - 1 - index, digest), []);
        }

        // Sometimes it knows of older ones than the store does.
        var older = known.Ancestors.Take(_random.Next(known.Ancestors.Count + 1)).ToList();
        if (older.Count == known.Ancestors.Count && known.OldestGeneration > 1) older.Add((UInt128)_random.NextInt64());
        return new RevisionHistory(
            new Revision(known.Revision.Generation + fresh.Length, fresh[0]), [.. fresh[1..], known.Revision.Digest, .. older]);
    }

    private string Describe(IReadOnlyList<WriteEachOutcome> outcomes)
    {
        _revisions.AddRange(outcomes.OfType<WriteEachOutcome.Done>().Select(d => d.Outcome).Where(o => o.Changed).Select(o => o.Revision));
        return string.Join('\n', outcomes);
    }

    private static string Describe(BackwardPage page) =>
        $"down to {page.FirstSeqno} of {page.SnapshotEnd}\n{string.Join('\n', page.Changes.Select(Describe))}";

    private static string Describe(DocumentPage page) => string.Join(
        '\n', page.Documents.Select(d => $"{d.Id} {d.Revision} {Describe(d.Document)}").Append(page.IsComplete ? "complete" : "cut"));

    private static string Describe(LocalDocument? local) =>
        local is null ? "nothing" : $"{local.Id} {local.Version} {Convert.ToHexString(local.Content.Span)}";

    private static string Describe(RevisionHistory? history) =>
        history is null ? "nothing" : $"{history.Kind} {history.Revision} < {string.Join(' ', history.Ancestors.Select(d => $"{d:x}"))}";
}
