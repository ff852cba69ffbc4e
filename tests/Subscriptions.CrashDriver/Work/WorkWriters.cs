using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.CrashDriver.Work;

/// <summary>Writers that put and delete documents, announcing each write.</summary>
internal static class WorkWriters
{
    private const int Writers = 2;
    private const int Documents = 120;
    private const int WritesAWriter = 20_000;

    /// <summary>Lets all writers write.</summary>
    public static Task RunAsync(WorkEngine engine, int seed, CrashJournal journal) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(engine, w, new Random(seed + w), journal)));

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
}
