using System.Globalization;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

public sealed class BatchBuilderTests
{
    [Fact]
    public async Task BuildAsync_MoreThanFit_StopsAtTheCountAndStandsBehindTheLastItem()
    {
        var (store, builder, reader, options) = Create(maxDocs: 3);
        await WriteAsync(store, 1, 10);

        var first = await builder.BuildAsync(reader, options, Cancellation);
        var second = await builder.BuildAsync(reader, options, Cancellation);

        Assert.Equal(["d1", "d2", "d3"], Ids(first));
        Assert.Equal(["d4", "d5", "d6"], Ids(second));
        Assert.Equal(3, first.End[0].Seqno);
        Assert.Equal(6, reader.Token[0].Seqno);
        Assert.False(second.IsCaughtUp);
    }

    [Fact]
    public async Task BuildAsync_FewerThanFit_IsNotHeldBack()
    {
        var (store, builder, reader, options) = Create(maxDocs: 100);
        await WriteAsync(store, 1, 2);

        var built = await builder.BuildAsync(reader, options, Cancellation);

        Assert.Equal(["d1", "d2"], Ids(built));
        Assert.True(built.IsCaughtUp);
    }

    [Fact]
    public async Task BuildAsync_Bytes_StopsBeforeTheOneThatDoesNotFit()
    {
        var (store, builder, reader, options) = Create(maxDocs: 100, maxBytes: 1_000);
        await WriteAsync(store, 1, 5, contentBytes: 300);

        var built = await builder.BuildAsync(reader, options, Cancellation);

        Assert.Equal(["d1", "d2"], Ids(built));
        Assert.Equal(["d3", "d4"], Ids(await builder.BuildAsync(reader, options, Cancellation)));
    }

    [Fact]
    public async Task BuildAsync_OneLargerThanTheLimit_GoesAlone()
    {
        var (store, builder, reader, options) = Create(maxDocs: 100, maxBytes: 500);
        await WriteAsync(store, 1, 1);
        await WriteAsync(store, 2, 2, contentBytes: 5_000);
        await WriteAsync(store, 3, 3);

        Assert.Equal(["d1"], Ids(await builder.BuildAsync(reader, options, Cancellation)));
        Assert.Equal(["d2"], Ids(await builder.BuildAsync(reader, options, Cancellation)));
        Assert.Equal(["d3"], Ids(await builder.BuildAsync(reader, options, Cancellation)));
    }

    [Fact]
    public async Task BuildAsync_RareMatch_IsNotKeptForTheRestOfALongScan()
    {
        var (store, builder, reader, options) = Create(maxDocs: 100, query: "from @all_docs where Rare = true", maxScanned: 600);
        await WriteAsync(store, 1, 1, text: "{\"Rare\":true}");
        await WriteAsync(store, 2, 3_000);

        var built = await builder.BuildAsync(reader, options, Cancellation);

        Assert.Equal(["d1"], Ids(built));
        Assert.InRange(built.Scanned, 240, 240 + 512);
    }

    [Fact]
    public async Task BuildAsync_NothingMatches_MovesAlongInBoundedSteps()
    {
        var (store, builder, reader, options) = Create(maxDocs: 100, query: "from @all_docs where Rare = true", maxScanned: 1_000);
        await WriteAsync(store, 1, 2_500);

        var steps = 0;
        BuiltBatch built;
        do
        {
            built = await builder.BuildAsync(reader, options, Cancellation);
            Assert.Empty(built.Items);
            Assert.InRange(built.Scanned, 0, 1_000 + 512);
            steps++;
        }
        while (!built.IsCaughtUp);

        Assert.Equal(2_500, reader.Token[0].Seqno);
        Assert.InRange(steps, 5, 30);
    }

    [Fact]
    public async Task BuildAsync_QueryThatTakesLong_EndsTheStepAndGoesOnInTheNext()
    {
        var time = new FakeTimeProvider();
        var feed = new ChangeFeed(1_000_000);
        var store = new FakeDocumentStore("test", 1, feed);
        feed.Attach(store);
        await WriteAsync(store, 1, 100);
        using var reader = new FeedReader(feed, ResumeToken.Beginning, null, canMissDeletes: true);
        var builder = new BatchBuilder(feed, new SlowView(time, TimeSpan.FromMilliseconds(100)), null, maxScanned: 10_000, time);
        var ids = new List<string>();

        for (var steps = 0; ids.Count < 100; steps++)
        {
            var built = await builder.BuildAsync(reader, SessionOptions.Create(4096, 1_000_000, 1, false), Cancellation);

            Assert.InRange(built.Items.Count, 1, 16);
            Assert.InRange(steps, 0, 20);
            ids.AddRange(Ids(built));
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"d{i}"), ids);
    }

    [Theory]
    [InlineData(false, 4, new[] { "d2@2", "d1@3", "d3@4" })]
    [InlineData(false, 3, new[] { "d2@2", "d1@3", "d3@4" })]
    [InlineData(false, 2, new[] { "d1@1", "d2@2" })]
    [InlineData(true, 4, new[] { "d1@1", "d2@2", "d1@3", "d3@4" })]
    public async Task BuildAsync_DocumentChangesBehindTheReader_StandsInTheBatchOnceUnlessVersionsAreKept(bool keepsVersions, int maxDocs, string[] expected)
    {
        var (store, builder, reader, options) = Create(maxDocs, changesAt: "d2", keepsVersions: keepsVersions);
        await WriteAsync(store, 1, 2);

        var built = await builder.BuildAsync(reader, options, Cancellation);

        Assert.Equal(expected, built.Items.Select(i => $"{i.Id}@{i.Seqno}"));
        Assert.Equal(built.Items.Sum(i => (long)i.Size), built.Bytes);
        Assert.Equal(built.Items[^1].Seqno, built.End[0].Seqno);
    }

    [Fact]
    public void Apply_Deletion_OnlyWhenAskedAndOfTheCollection()
    {
        var query = SubscriptionQuery.Parse("from Orders where Total > 1").Compile().CreateView();
        var asked = new SubscriptionView(query, includeDeletes: true, isRevisions: false);
        var notAsked = new SubscriptionView(query, includeDeletes: false, isRevisions: false);

        Assert.NotNull(asked.Apply(Tombstone("o1", "Orders")));
        Assert.Null(asked.Apply(Tombstone("c1", "Companies")));
        Assert.Null(asked.Apply(Tombstone("_design/x", "Orders")));
        Assert.Null(notAsked.Apply(Tombstone("o1", "Orders")));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Ids(BuiltBatch built) => built.Items.Select(c => c.Id);

    private static Change Tombstone(string id, string collection) => new()
    {
        Id = id,
        Collection = collection,
        Partition = 0,
        Seqno = 1,
        Revision = default,
        Kind = ChangeKind.Delete,
    };

    private static (FakeDocumentStore Store, BatchBuilder Builder, FeedReader Reader, SessionOptions Options) Create(
        int maxDocs,
        long maxBytes = 1_000_000,
        string query = "from @all_docs",
        int maxScanned = 10_000,
        string? changesAt = null,
        bool keepsVersions = false)
    {
        var feed = new ChangeFeed(1_000_000);
        var store = new FakeDocumentStore("test", 1, feed);
        feed.Attach(store);
        var reader = new FeedReader(feed, ResumeToken.Beginning, null, canMissDeletes: true);
        IChangeView view = new SubscriptionView(SubscriptionQuery.Parse(query).Compile().CreateView(), includeDeletes: false, isRevisions: false);
        if (changesAt is not null) view = new ChangingView(store, changesAt);
        var builder = new BatchBuilder(feed, view, null, maxScanned, new FakeTimeProvider()) { KeepsVersions = keepsVersions };
        return (store, builder, reader, SessionOptions.Create(maxDocs, maxBytes, 1, false));
    }

    private static async Task WriteAsync(FakeDocumentStore store, int from, int to, int contentBytes = 0, string? text = null)
    {
        var content = Encoding.UTF8.GetBytes(text ?? $"{{\"x\":\"{new string('y', contentBytes)}\"}}");
        for (var i = from; i <= to; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"d{i}");
            Assert.IsType<WriteResult.Committed>(await store.WriteAsync(
                [new DocumentWrite { Kind = WriteKind.Put, Id = id, Content = content }], Cancellation));
        }
    }

    /// <summary>Delivers everything, and takes its time.</summary>
    private sealed class SlowView(FakeTimeProvider time, TimeSpan each) : IChangeView
    {
        public string? Collection => null;

        public bool HasIncludes => false;

        public bool RunsScripts => false;

        public Change? Apply(Change change)
        {
            time.Advance(each);
            return change;
        }

        public void CollectIncludes(Change change, ICollection<string> ids)
        {
            // Nothing comes along.
        }
    }

    /// <summary>Delivers everything. When it is shown a document for the first time, the first document changes, and a third is written.</summary>
    private sealed class ChangingView(FakeDocumentStore store, string at) : IChangeView
    {
        private bool _hasChanged;

        public string? Collection => null;

        public bool HasIncludes => false;

        public bool RunsScripts => false;

        public Change? Apply(Change change)
        {
            if (change.Id == at && !_hasChanged)
            {
                _hasChanged = true;
                Assert.True(WriteAsync(store, 1, 1, contentBytes: 100).IsCompletedSuccessfully);
                Assert.True(WriteAsync(store, 3, 3).IsCompletedSuccessfully);
            }

            return change;
        }

        public void CollectIncludes(Change change, ICollection<string> ids)
        {
            // Nothing comes along.
        }
    }
}
