using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Trim_MoreVersionsThanTheirCount_TheNewestStay()
    {
        await KeepAsync("Orders", Unlimited with { MaxCount = 2 });
        for (var i = 1; i <= 4; i++) await WriteAsync(Put("a", i));
        await WriteAsync(Put("b", 1), Put("c", 1), Delete("c"), Put("c", 2));

        Assert.Equal(3, await TrimAsync());

        Assert.Equal(["3 a {3} <", "4 a {4} < {3}", "5 b {1} <", "7 c Delete <", "8 c {2} <"], await ShowAsync());
        Assert.Equal(5, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
        Assert.Equal(0, await TrimAsync());
        await WriteAsync(Put("a", 5));
        Assert.Equal(1, await TrimAsync());
        Assert.Equal("4 a {4} <", Show((await RevisionAsync("a", 0))!));
    }

    [Fact]
    public async Task Trim_CountOfOne_KeepsTheNewestAloneAndTheDocument()
    {
        await WriteAsync(Put("a", 1));
        await KeepAsync("Orders", Unlimited with { MaxCount = 1 });
        await WriteAsync(Put("a", 2));
        Assert.Equal(["2 a {2} < {1}"], await ShowAsync());

        Assert.Equal(0, await TrimAsync());

        Assert.Equal(["2 a {2} <"], await ShowAsync());
        Assert.Equal(Json(2), (await GetAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Trim_ReplacedLongerAgoThanTheirAge_AreForgotten()
    {
        await KeepAsync("Orders", Unlimited with { MaxAge = TimeSpan.FromHours(1) });
        await WriteAsync(Put("a", 1), Put("still", 1));
        await WriteAsync(Put("a", 2));
        Time.Advance(TimeSpan.FromMinutes(40));
        await WriteAsync(Put("a", 3));
        Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, await TrimAsync());

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await TrimAsync());
        Assert.Equal(["2 still {1} <", "3 a {2} <", "4 a {3} < {2}"], await ShowAsync());

        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await TrimAsync());
        Assert.Equal(["2 still {1} <", "4 a {3} <"], await ShowAsync());
        Assert.Equal(0, await TrimAsync());
    }

    [Fact]
    public async Task Trim_AgeOfAllDocuments_HoldsForCollectionsWithoutSettings()
    {
        await KeepAsync(RevisionSettings.AllDocuments, Unlimited with { MaxAge = TimeSpan.FromHours(1) });
        await KeepAsync("Orders", Unlimited);
        foreach (var collection in new[] { "Orders", "Others", "Ä", CollectionName.Empty })
        {
            for (var i = 0; i < 2; i++) await WriteAsync(Put(collection, i) with { Collection = collection });
        }

        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, await TrimAsync());
        Assert.Equal(2, (await ListAsync("Orders")).Count);
        Assert.Single(await ListAsync("Ä"));
    }

    [Fact]
    public async Task Trim_PurgeOnDelete_ForgetsWhatWasBeforeTheTombstone()
    {
        await KeepAsync("Orders", Unlimited with { PurgeOnDelete = true });
        await WriteAsync(Put("a", 1), Put("b", 1, expiresAt: Time.GetUtcNow()), Put("c", 1));
        await WriteAsync(Put("a", 2), Put("c", 2));
        await WriteAsync(Delete("a"), Put("a", 3));
        await ExpireAsync();

        Assert.Equal(3, await TrimAsync());

        Assert.Equal(["3 c {1} <", "5 c {2} < {1}", "6 a Delete <", "7 a {3} <", "8 b Expiry <"], await ShowAsync());
    }

    [Fact]
    public async Task Trim_LimitsAreLoweredLater_HoldForWhatIsThere()
    {
        await KeepAsync("Orders", Unlimited with { MaxCount = 5 });
        for (var i = 1; i <= 5; i++) await WriteAsync(Put("a", i));
        Assert.Equal(0, await TrimAsync());
        await KeepAsync("Orders", new CollectionRevisions { IsEnabled = false, MaxCount = 1 });
        await ReopenAsync();

        Assert.Equal(4, await TrimAsync());
        Assert.Equal(["5 a {5} <"], await ShowAsync());
    }

    [Fact]
    public async Task Trim_MoreThanTheLimit_IsDoneBitByBit()
    {
        await KeepAsync("Orders", Unlimited with { MaxCount = 1 });
        for (var i = 0; i < 5; i++) await WriteAsync(Put("a", i), Put("b", i));

        Assert.Equal(3, await TrimAsync(3));
        Assert.Equal(3, await TrimAsync(3));
        Assert.Equal(2, await TrimAsync(3));
        Assert.Equal(["9 a {4} <", "10 b {4} <"], await ShowAsync());
    }

    [Fact]
    public async Task Trim_ManyVersions_AllAreFound()
    {
        await KeepAsync("Orders", Unlimited with { MaxCount = 3 });
        for (var i = 0; i < 40; i++) await WriteAsync([.. Enumerable.Range(0, 100).Select(n => Put($"doc-{n}", i))]);

        Assert.Equal(3700, await TrimAsync(10_000));

        Assert.Equal(300, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
        Assert.Equal(Enumerable.Range(3701, 300).Select(n => (long)n), (await RevisionsAsync()).Changes.Select(c => c.Seqno));
    }

    [Fact]
    public async Task Purge_Tombstone_ItsVersionsGoToo()
    {
        await KeepAsync("Orders", Unlimited);
        for (var i = 0; i < 2000; i += 10) await WriteAsync([.. Enumerable.Range(i, 10).Select(n => Put("a", n))]);
        await WriteAsync(Put("b", 1), Put("c", 1));
        await WriteAsync(Delete("a"), Delete("b"));
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, await PurgeAsync(Time.GetUtcNow()));

        Assert.Equal(["2002 c {1} <"], await ShowAsync());
        Assert.Empty(await ListAsync("a"));
        Assert.Equal(2004, Store.Partitions[0].PurgeSeqno);
        await WriteAsync(Put("a", 7));
        Assert.Equal("2005 a {7} <", Show((await RevisionAsync("a", 0))!));
        Assert.Equal(2, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
    }

    [Fact]
    public async Task Reopen_RevisionSettings_AreKept()
    {
        var settings = RevisionSettings.None
            .With(RevisionSettings.AllDocuments, new CollectionRevisions { IsEnabled = false })
            .With("Orders", new CollectionRevisions { MaxCount = 7, MaxAge = TimeSpan.FromDays(3), PurgeOnDelete = true });
        var info = InfoOf("kept") with { Settings = new DatabaseSettings { Revisions = settings } };
        await (await Provider.CreateAsync(info, new CommitRecorder(), Token).Within())!.DisposeAsync();
        await KeepAsync("Ä", Unlimited);
        await ReopenAsync();

        await using var kept = await OpenAsync("kept");
        Assert.Equal(settings, kept.Info.Settings.Revisions);
        Assert.Equal(RevisionSettings.None.With("Ä", Unlimited), Store.Info.Settings.Revisions);
        await Store.SetRevisionsAsync(RevisionSettings.None, Token).Within();
        await ReopenAsync();
        Assert.True(Store.Info.Settings.Revisions.IsEmpty);
    }

    [Fact]
    public async Task Closed_StoreWithRevisions_RefusesEverything()
    {
        await KeepAsync("Orders", Unlimited with { MaxCount = 1 });
        await WriteAsync(Put("a"));
        await Store.DisposeAsync();

        await AssertFaultAsync(StoreFault.Closed, () => RevisionsAsync());
        await AssertFaultAsync(StoreFault.Closed, () => RevisionAsync("a", 0));
        await AssertFaultAsync(StoreFault.Closed, () => ListAsync("a"));
        await AssertFaultAsync(StoreFault.Closed, () => TrimAsync());
        await AssertFaultAsync(StoreFault.Closed, () => KeepAsync("Orders", null));
    }

    private Task<int> TrimAsync(int maxRevisions = 1000) => Store.TrimRevisionsAsync(Time.GetUtcNow(), maxRevisions, Token).Within();
}
