using System.Globalization;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class RevisionFeedTests : IAsyncDisposable
{
    private readonly ChangeFeed _feed = new(tailBytes: 1_000_000);
    private readonly FakeDocumentStore _store;

    public RevisionFeedTests()
    {
        _store = new FakeDocumentStore("test", 2, _feed);
        _feed.Attach(_store);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Orders")]
    [InlineData(null)]
    public async Task ReadAsync_RevisionsOfACollection_EveryVersionOnceInEachPartition(string? collection)
    {
        await KeepAsync("Orders");
        using var reader = Read(collection);
        var seen = new List<Change>();
        for (var round = 0; round < 6; round++)
        {
            await WriteAsync("Orders", 1 + (round % 3));
            await WriteAsync("Companies", 20);
            await WriteAsync("Orders", 2);
            if (round % 2 == 0) await ReadToEndAsync(reader, seen, 3);
        }

        await ReadToEndAsync(reader, seen, 3);

        Assert.Equal(0, reader.Lag);
        var stored = new List<Change>();
        foreach (var partition in _store.Partitions)
            stored.AddRange((await _store.ReadRevisionsAsync(partition.Partition, 0, new ReadLimits(1000, long.MaxValue), Cancellation)).Changes);
        Assert.Equal(24, stored.Count);
        Assert.Equal(
            stored.Select(c => (c.Partition, c.Seqno, c.Previous?.Revision)),
            seen.Where(c => c.Collection == "Orders").OrderBy(c => (c.Partition, c.Seqno)).Select(c => (c.Partition, c.Seqno, c.Previous?.Revision)));
        foreach (var own in seen.GroupBy(c => c.Partition)) Assert.Equal(own.Select(c => c.Seqno).Order(), own.Select(c => c.Seqno));
    }

    [Fact]
    public async Task ReadAsync_OtherCollectionIsBusy_CostsNoRead()
    {
        await KeepAsync("Orders");
        using var reader = Read("Orders");
        await WriteAsync("Companies", 100);

        Assert.Null(await reader.ReadAsync(new ReadLimits(10, 1000), Cancellation));
        Assert.Equal((0, 0), (_store.Reads, reader.Lag));
    }

    [Fact]
    public async Task Seek_Back_ReadsTheVersionsAgain()
    {
        await KeepAsync("Orders");
        using var reader = Read("Orders");
        var start = reader.Token;
        await WriteAsync("Orders", 3);
        await WriteAsync("Orders", 3);
        var first = new List<Change>();
        await ReadToEndAsync(reader, first, 2);

        reader.Seek(start);
        var again = new List<Change>();
        await ReadToEndAsync(reader, again, 100);

        Assert.Equal(6, first.Count);
        Assert.Equal(first.Select(c => (c.Id, c.Seqno)).Order(), again.Select(c => (c.Id, c.Seqno)).Order());
    }

    [Fact]
    public async Task WaitAsync_ACollectionWithRevisions_IsWokenByAWrite()
    {
        await KeepAsync("Orders");
        using var reader = Read("Orders");
        var waiting = reader.WaitAsync(Cancellation).AsTask();

        await WriteAsync("Orders", 1);

        await waiting.Within();
        Assert.NotNull(await reader.ReadAsync(new ReadLimits(10, 1000), Cancellation));
    }

    [Fact]
    public async Task GetRevisionAsync_AndGetAsync_AnswerAsTheStore()
    {
        await WriteAsync("Orders", 1);
        await KeepAsync("Orders");
        await WriteAsync("Orders", 1);

        Assert.Equal(2, (await _feed.GetAsync("Orders-0", Cancellation))!.Revision.Generation);
        Assert.Equal(1, (await _feed.GetRevisionAsync("Orders-0", 0, Cancellation))!.Previous!.Revision.Generation);
        Assert.Null(await _feed.GetAsync("Orders-1", Cancellation));
        Assert.Null(await _feed.GetRevisionAsync("Orders-1", 0, Cancellation));
    }

    [Fact]
    public async Task HasRevisions_ByCollection_FollowsTheSettings()
    {
        Assert.False(_feed.HasRevisions("Orders"));
        Assert.False(_feed.HasRevisions(null));
        await KeepAsync("Orders");
        Assert.True(_feed.HasRevisions("Orders"));
        Assert.False(_feed.HasRevisions("Companies"));
        Assert.True(_feed.HasRevisions(null));
        await KeepAsync(RevisionSettings.AllDocuments);
        Assert.True(_feed.HasRevisions("Companies"));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private FeedReader Read(string? collection) => new(
        _feed, ResumeToken.Beginning, collection, canMissDeletes: false, revisions: true);

    private static async Task ReadToEndAsync(FeedReader reader, List<Change> seen, int pageSize)
    {
        while (await reader.ReadAsync(new ReadLimits(pageSize, long.MaxValue), Cancellation) is { } page)
        {
            seen.AddRange(page.Page.Changes);
            reader.Advance(page, page.Page.LastSeqno);
        }
    }

    private async Task KeepAsync(string collection) =>
        await _store.SetRevisionsAsync(_store.Info.Settings.Revisions.With(collection, new CollectionRevisions()), Cancellation);

    private async Task WriteAsync(string collection, int documents)
    {
        for (var i = 0; i < documents; i++)
        {
            var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{i}}}"));
            await _store.WriteAsync(
                [new DocumentWrite { Kind = WriteKind.Put, Id = $"{collection}-{i}", Collection = collection, Content = content }], Cancellation);
        }
    }
}
