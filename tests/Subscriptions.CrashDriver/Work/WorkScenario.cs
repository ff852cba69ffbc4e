using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Work;

/// <summary>
/// The main job: writers write, a worker works and acks, nacks, leaves and comes back. With <paramref name="drains"/> nobody writes, and the
/// worker ends when everything is confirmed.
/// </summary>
internal sealed class WorkScenario(bool drains) : ICrashScenario
{
    private const int Writers = 2;
    private const int Documents = 120;
    private const int WritesAWriter = 20_000;

    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var engine = await WorkEngine.OpenAsync(folder);
        journal.Write(CrashJournal.Ready);
        if (drains)
        {
            await engine.WorkAsync(new WorkConnection(journal, new Random(seed), isSteady: true), maxDocs: 50, window: 2, closeWhenDrained: true);
            return;
        }

        var writers = Enumerable.Range(0, Writers).Select(w => WriteAsync(engine, w, new Random(seed + w), journal));
        await Task.WhenAny(Task.WhenAll(writers), WorkAsync(engine, new Random(seed - 1), journal)).Unwrap();
    }

    // Each writer has documents of its own, so that the order of a document's writes is the order of the journal's lines.
    private static async Task WriteAsync(WorkEngine engine, int writer, Random random, CrashJournal journal)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        for (var i = 0; i < WritesAWriter; i++)
        {
            var numbers = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(Documents)).Distinct();
            var operations = numbers.Select(n => Operation($"w{writer}-{n}", random)).ToList();
            foreach (var (write, keep) in operations) journal.Write(new WorkLine(WorkEvent.Writing, write.Id, Keep: keep).ToString());

            var outcomes = await engine.Shop.WriteAsync([.. operations.Select(o => o.Write)], CancellationToken.None);
            for (var o = 0; o < outcomes.Count; o++)
            {
                var outcome = outcomes[o];
                journal.Write(new WorkLine(
                    WorkEvent.Wrote, outcome.Id, outcome.Seqno, outcome.Partition, Keep: operations[o].Keep).ToString());
            }
        }
    }

    private static (DocumentWrite Write, bool Keep) Operation(string id, Random random)
    {
        if (random.Next(8) == 0) return (new DocumentWrite { Kind = WriteKind.Delete, Id = id }, false);

        var keep = random.Next(4) > 0;
        var content = string.Create(CultureInfo.InvariantCulture, $"{{\"Keep\":{(keep ? "true" : "false")},\"N\":{random.Next()}}}");
        return (new DocumentWrite { Kind = WriteKind.Put, Id = id, Collection = "Orders", Content = Encoding.UTF8.GetBytes(content) }, keep);
    }

    private static async Task WorkAsync(WorkEngine engine, Random random, CrashJournal journal)
    {
        while (true)
        {
            try
            {
                await engine.WorkAsync(
                    new WorkConnection(journal, random, isSteady: false), random.Next(1, 20), random.Next(1, 4), closeWhenDrained: false);
            }
            catch (EngineException e) when (e.Code == ErrorCode.LeaseLost)
            {
                // The connection broke, as it was meant to.
            }
        }
    }
}
