using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>
/// One worker that saves until the journal can grow no more, goes on trying, and is given space again. Ends by itself, with a line for
/// every save that was promised.
/// </summary>
public sealed class AckNoSpaceScenario : ICrashScenario
{
    private const int Callers = 20;
    private const int MaxSaves = 1000;

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var store = SqliteSubscriptionStore.Open(folder, TimeProvider.System);
        var found = await store.ListAsync(AckValues.Database, CancellationToken.None);
        var shared = found.Single(s => s.Definition.Name == AckValues.SharedName).Id;
        var progress = await store.GrantAsync(shared, isShared: false, CancellationToken.None);
        var last = new AckStep(AckPhase.Done, 0, AckOperation.Save, shared.Value, progress!.Token.Value, 0);

        using (new FileSizeLimit(new FileInfo(Path.Combine(folder.FullPath, "subscriptions.db-wal")).Length + 50_000))
        {
            last = await SaveUntilFailureAsync(store, journal, last);
            await CheckWithoutSpaceAsync(store, last);
        }

        for (var i = 0; i < 3; i++) last = await SaveAsync(store, journal, last);
    }

    private static async Task<AckStep> SaveUntilFailureAsync(SqliteSubscriptionStore store, CrashJournal journal, AckStep last)
    {
        for (var i = 0; i < MaxSaves; i++)
        {
            try
            {
                last = await SaveAsync(store, journal, last);
            }
            catch (StoreException e)
            {
                journal.Write((last with { Phase = AckPhase.Failed }).ToString());
                Expect(e.IsTransient && e.Message.Contains("subscriptions.db", StringComparison.Ordinal), $"the failure: {e}");
                return last;
            }
        }

        throw new InvalidOperationException($"{MaxSaves} saves fitted where there was no space.");
    }

    private static async Task CheckWithoutSpaceAsync(SqliteSubscriptionStore store, AckStep last)
    {
        // More than one caller, so that they share a transaction: each must hear of its failure.
        var beyond = last with { Seqno = last.Seqno + 1000 };
        var attempts = Enumerable.Range(0, Callers).Select(async _ =>
        {
            try
            {
                await store.SaveProgressAsync(Update(beyond), CancellationToken.None);
                return false;
            }
            catch (StoreException)
            {
                return true;
            }
        });
        Expect((await Task.WhenAll(attempts)).All(failed => failed), "saves without space");

        var read = await store.ListAsync(AckValues.Database, CancellationToken.None);
        var cursor = read.Single(s => s.Id.Value == last.Id).Progress.Cursor;
        Expect(cursor.Equals(AckValues.Cursor(last.Seqno)), $"reading without space: {cursor}");
    }

    private static async Task<AckStep> SaveAsync(SqliteSubscriptionStore store, CrashJournal journal, AckStep last)
    {
        var next = last with { Seqno = last.Seqno + 1 };
        Expect(await store.SaveProgressAsync(Update(next), CancellationToken.None) == ProgressOutcome.Saved, next.ToString());
        journal.Write(next.ToString());
        return next;
    }

    private static ProgressUpdate Update(AckStep step) => new(
        new SubscriptionId(step.Id), new FencingToken(step.Token), AckValues.Cursor(step.Seqno), AckValues.AckedAt(step.Seqno));

    private static void Expect(bool isAsExpected, string what)
    {
        if (!isAsExpected) throw new InvalidOperationException($"Not as expected: {what}");
    }
}
