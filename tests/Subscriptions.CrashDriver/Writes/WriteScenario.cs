using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Writes;

/// <summary>
/// Writers that put and delete documents of their own, several in a request. Each announces a request and says what it was answered, so that
/// afterwards each writer's documents must be as the last answer left them, or as the one announced request makes them: all of it or nothing.
/// Some requests bring versions as a replicator does, with revisions that edits here would have given too.
/// </summary>
/// <param name="keepsRevisions">Whether the database keeps every version.</param>
public sealed class WriteScenario(bool keepsRevisions) : ICrashScenario
{
    private const int RequestsOfAWriter = 50_000;

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var provider = WriteValues.Open(folder);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        if (keepsRevisions)
        {
            var settings = RevisionSettings.None.With(WriteValues.Collection, new CollectionRevisions());
            await store.SetRevisionsAsync(settings, CancellationToken.None);
        }

        journal.Write(CrashJournal.Ready);

        await Task.WhenAll(Enumerable.Range(0, WriteValues.Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, writer));
            for (var request = 0; request < RequestsOfAWriter; request++)
                await WriteAsync(store, journal, writer, Next(random), isReplicator: request % 3 == 2);
        })));
    }

    /// <summary>Makes one request, announces it and tells how it went.</summary>
    /// <returns>Whether it was carried out.</returns>
    internal static async Task<bool> WriteAsync(
        IDocumentStore store, CrashJournal journal, int writer, IReadOnlyList<WriteOperation> operations, bool isReplicator = false)
    {
        journal.Write(new WriteLine(WritePhase.Try, writer, operations).ToString());
        try
        {
            DocumentWrite[] writes = [.. operations.Select(o => ToWrite(writer, o))];
            var outcomes = isReplicator
                ? await ReplicateAsync(store, writes)
                : ((WriteResult.Committed)await store.WriteAsync(writes, CancellationToken.None)).Outcomes;
            var answered = operations.Zip(outcomes, (o, outcome) => o with { Partition = outcome.Partition, Seqno = outcome.Seqno });
            journal.Write(new WriteLine(WritePhase.Done, writer, [.. answered]).ToString());
            return true;
        }
        catch (StoreException e) when (e.Kind is StoreFault.DiskFull or StoreFault.Io)
        {
            journal.Write(new WriteLine(WritePhase.Failed, writer, []).ToString());
            return false;
        }
    }

    // Nobody else writes these documents, so each version follows the newest.
    private static async Task<IReadOnlyList<WriteOutcome>> ReplicateAsync(IDocumentStore store, DocumentWrite[] writes)
    {
        var newest = new Dictionary<string, RevisionHistory?>();
        for (var i = 0; i < writes.Length; i++)
        {
            var id = writes[i].Id;
            if (!newest.TryGetValue(id, out var before)) before = await store.GetHistoryAsync(id, CancellationToken.None);

            // That would leave a tombstone of no collection, whose versions are not kept.
            if (before is null && writes[i].Kind == WriteKind.Delete) continue;
            var revision = Revision.Next(before?.Revision, writes[i].Kind == WriteKind.Delete, writes[i].Content.Span);
            var history = new RevisionHistory(revision, before is null ? [] : [before.Revision.Digest, .. before.Ancestors]);
            newest[id] = history;
            writes[i] = writes[i] with { History = history };
        }

        var outcomes = await store.WriteEachAsync(writes, CancellationToken.None);
        return [.. outcomes.Cast<WriteEachOutcome.Done>().Select(d => d.Outcome)];
    }

    private static DocumentWrite ToWrite(int writer, WriteOperation operation) => new()
    {
        Kind = operation.Value == 0 ? WriteKind.Delete : WriteKind.Put,
        Id = WriteValues.Id(writer, operation.Document),
        Collection = WriteValues.Collection,
        Content = operation.Value == 0 ? default : WriteValues.Content(writer, operation.Document, operation.Value),
    };

    private static WriteOperation[] Next(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 7)).Select(_ => new WriteOperation(
            random.Next(WriteValues.DocumentsOfAWriter), random.Next(4) == 0 ? 0 : random.Next(1, 1_000_000), 0, 0)),
    ];
}
