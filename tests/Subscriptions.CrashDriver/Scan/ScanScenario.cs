using System.Text;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.CrashDriver.Work;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Scan;

/// <summary>
/// A worker of a subscription that hardly anything matches. The first run writes the documents and ends; the others scan, from where the
/// stored cursor is, and end when everything was looked at.
/// </summary>
internal sealed class ScanScenario(bool writes) : ICrashScenario
{
    private const int DocumentsARequest = 5_000;

    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Exclusive);
        if (writes)
        {
            for (var first = 0; first < ScanPlan.Documents; first += DocumentsARequest) await engine.Shop.WriteAsync(Request(first), CancellationToken.None);
            return;
        }

        var entry = engine.Shop.Subscriptions.Get(WorkEngine.Exclusive);
        journal.Write(new ScanLine(ScanEvent.Begins, ScanPlan.SumOf(entry.Stored.Progress.Cursor)).ToString());
        var options = SessionOptions.Create(100, 0, 1, closeWhenDrained: true);
        await engine.WorkAsync(WorkEngine.Exclusive, OpeningStrategy.Fail, new ScanConnection(journal), options);
        journal.Write(new ScanLine(ScanEvent.Ends, entry.Figures.Totals.Scanned).ToString());
    }

    private static DocumentWrite[] Request(int first) => [.. Enumerable.Range(first, DocumentsARequest).Select(i => new DocumentWrite
    {
        Kind = WriteKind.Put,
        Id = ScanPlan.Id(i),
        Collection = "Orders",
        Content = Encoding.UTF8.GetBytes(ScanPlan.IsMatch(i) ? """{"Keep":true}""" : """{"Keep":false}"""),
    })];
}
