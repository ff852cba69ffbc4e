using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What a batch of retries reads, and what it leaves for the next one.</summary>
public sealed class RetryBatchTests : IAsyncDisposable
{
    private const int Kilobyte = 1_000;
    private const int Orders = 20;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    private readonly FakeDocumentStore _store;
    private readonly ChangeFeed _feed = new(tailBytes: 1);

    public RetryBatchTests()
    {
        _store = new FakeDocumentStore(observer: _feed);
        _feed.Attach(_store);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_MoreThanOneBatch_ReadsOneBatchAndOneDocumentAndLeavesTheRestDue()
    {
        for (var i = 0; i < Orders; i++) await PutAsync($"o{i:d2}", 100 * Kilobyte);

        var batches = await DeliverAllAsync(maxBytes: 350 * Kilobyte);

        Assert.All(batches, batch => Assert.InRange(batch.Read, 1, 450 * Kilobyte));
        Assert.All(batches[..^1], batch => Assert.Equal(3, batch.Built.Items.Count));
        Assert.All(batches, batch => Assert.Equal(batch.Built.Items.Sum(i => i.Size), batch.Built.Bytes));
        Assert.Equal(Enumerable.Range(0, Orders).Select(i => $"o{i:d2}"), IdsOf(batches).Order());
    }

    [Fact]
    public async Task ReadAsync_LargeIncludes_CountAsTheyAreRead()
    {
        for (var i = 0; i < Orders; i++)
        {
            await PutAsync($"o{i:d2}", 0, [$"c{i:d2}a", $"c{i:d2}b"]);
            await PutAsync($"c{i:d2}a", 100 * Kilobyte, collection: "Companies");
            await PutAsync($"c{i:d2}b", 100 * Kilobyte, collection: "Companies");
        }

        var batches = await DeliverAllAsync(maxBytes: 500 * Kilobyte);

        // Two orders fit; of the third one's includes, the first is what shows that it does not.
        Assert.All(batches, batch => Assert.InRange(batch.Read, 1, 520 * Kilobyte));
        Assert.All(batches, batch => Assert.InRange(batch.Built.Bytes, 400 * Kilobyte, 500 * Kilobyte));
        Assert.All(batches, batch => Assert.Equal(batch.Built.Items.Count * 2, batch.Built.Includes.Count));
        Assert.Equal(Orders, IdsOf(batches).Distinct().Count());
    }

    [Fact]
    public async Task ReadAsync_SameInclude_CountsOnceAndComesOnce()
    {
        await PutAsync("c1", 300 * Kilobyte, collection: "Companies");
        for (var i = 0; i < Orders; i++) await PutAsync($"o{i:d2}", 0, ["c1"]);

        var batch = Assert.Single(await DeliverAllAsync(maxBytes: 400 * Kilobyte));

        Assert.Equal((Orders, 1), (batch.Built.Items.Count, batch.Built.Includes.Count));
        Assert.InRange(batch.Read, 300 * Kilobyte, 310 * Kilobyte);
    }

    [Fact]
    public async Task ReadAsync_OneLargerThanTheLimit_GoesAlone()
    {
        await PutAsync("c1", 300 * Kilobyte, collection: "Companies");
        for (var i = 0; i < 3; i++) await PutAsync($"o{i:d2}", 200 * Kilobyte, ["c1"]);

        var batches = await DeliverAllAsync(maxBytes: 100 * Kilobyte);

        Assert.All(batches, batch => Assert.Single(batch.Built.Items));
        Assert.All(batches, batch => Assert.Equal("c1", Assert.Single(batch.Built.Includes).Id));
        Assert.Equal(3, batches.Count);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static IEnumerable<string> IdsOf(IEnumerable<Delivered> batches) => batches.SelectMany(b => b.Built.Items.Select(i => i.Id));

    // All of the store's orders failed once: delivers them batch by batch, each acked.
    private async Task<List<Delivered>> DeliverAllAsync(long maxBytes)
    {
        var page = await _store.ReadChangesAsync(0, 0, new ReadLimits(1_000, long.MaxValue), Cancellation);
        var failed = page.Changes.Where(c => c.Collection == "Orders").Select(c => new FailedItem(c.Id, c.Seqno, 1, Now)).ToList();
        var rules = new LedgerRules(RetryPolicy.Default, IsShared: false, IsRevisions: false, Partitions: 1, MaxRetries: 100);
        var ledger = new DeliveryLedger(rules, ResumeToken.Now(_store.Partitions), AckedRanges.None, failed);
        var options = SessionOptions.Create(0, maxBytes, 1, closeWhenDrained: false);
        var delivered = new List<Delivered>();
        while (ledger.TakeDue(Now, options.MaxDocs) is { Count: > 0 } due)
        {
            var before = _store.BytesGot;
            var batch = new RetryBatch(Source(), options);
            await batch.ReadAsync(due, Cancellation).Within();
            delivered.Add(new Delivered(Assert.IsType<RetryClaim>(batch.Claim(ledger, _ => false)), batch.Built, _store.BytesGot - before));
            Assert.Equal(failed.Count, ledger.Retries.Count);
            Assert.InRange(delivered.Count, 1, Orders);
        }

        foreach (var batch in delivered) ledger.Ack(batch.Claim, Now);
        Assert.Equal(0, ledger.Retries.Count);
        return delivered;
    }

    private SessionSource Source()
    {
        var definition = new SubscriptionDefinition
        {
            Database = DatabaseName.Parse("test"),
            Name = "ship",
            Query = "from Orders as o include o.Companies[]",
        };
        var view = new SubscriptionView(new QueryCompiler().Compile(definition.Query).CreateView(), includeDeletes: false, isRevisions: false);
        return new SessionSource(definition, _feed, view, new SubscriptionProgress(ResumeToken.Beginning, default, null));
    }

    private async Task PutAsync(string id, int bytes, string[]? companies = null, string collection = "Orders")
    {
        var named = string.Join(',', (companies ?? []).Select(c => $"\"{c}\""));
        var content = Encoding.UTF8.GetBytes($$"""{"Companies":[{{named}}],"Text":"{{new string('x', bytes)}}"}""");
        Assert.IsType<WriteResult.Committed>(await _store.WriteAsync(
            [new DocumentWrite { Kind = WriteKind.Put, Id = id, Collection = collection, Content = content }], Cancellation));
    }

    private sealed record Delivered(RetryClaim Claim, BuiltBatch Built, long Read);
}
