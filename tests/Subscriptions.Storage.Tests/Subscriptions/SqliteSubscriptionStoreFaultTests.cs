using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Storage.Tests.Subscriptions;

public sealed class SqliteSubscriptionStoreFaultTests : IDisposable
{
    private const int TimeLimit = 60_000;

    private readonly TemporaryFolder _temporary = new();
    private readonly DataFolder _folder;

    public SqliteSubscriptionStoreFaultTests() => _folder = DataFolder.Open(_temporary["data"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder.FullPath, "subscriptions.db");

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_ForeignBytes_IsRefusedNamingTheFile()
    {
        await File.WriteAllTextAsync(FilePath, string.Concat(Enumerable.Repeat("not a database, but somebody's letters. ", 100)), Cancellation);

        AssertRefused(StoreFault.Corrupt);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_DatabaseOfAnotherProgram_IsRefusedNamingTheFile()
    {
        await FillAsync(1);
        Alter("pragma application_id = 42");

        AssertRefused(StoreFault.Corrupt);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_FileOfANewerVersion_IsRefusedNamingTheFile()
    {
        await FillAsync(1);
        Alter("pragma user_version = 1000");

        AssertRefused(StoreFault.NewerVersion);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_TruncatedFile_IsRefusedNamingTheFile()
    {
        await FillAsync(300);
        await using (var file = new FileStream(FilePath, FileMode.Open)) file.SetLength(file.Length - 8192);

        AssertRefused(StoreFault.Corrupt);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_DamagedPage_IsRefusedNamingTheFile()
    {
        await FillAsync(300);
        var bytes = await File.ReadAllBytesAsync(FilePath, Cancellation);
        bytes.AsSpan(bytes.Length / 2 / 8192 * 8192, 64).Fill(0xa5);
        await File.WriteAllBytesAsync(FilePath, bytes, Cancellation);

        AssertRefused(StoreFault.Corrupt);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task AnyCall_DamagedCursor_SaysWhichAndHarmsNoOther()
    {
        var all = await FillAsync(2);
        Alter($"update progress set cursor = x'0102' where subscription = {all[0].Id.Value}");
        await using var store = Open();

        var listed = await Assert.ThrowsAsync<StoreException>(async () => await store.ListAsync(SubscriptionSamples.Database, Cancellation));
        var granted = await Assert.ThrowsAsync<StoreException>(async () => await store.GrantAsync(all[0].Id, isShared: false, Cancellation));

        Assert.All([listed, granted], e =>
        {
            Assert.Equal(StoreFault.Corrupt, e.Kind);
            Assert.Contains(FilePath, e.Message, StringComparison.Ordinal);
            Assert.Contains(all[0].Id.ToString(), e.Message, StringComparison.Ordinal);
        });
        Assert.NotNull(await store.GrantAsync(all[1].Id, isShared: false, Cancellation));

        // Moving the cursor mends it.
        Assert.NotNull(await store.SetCursorAsync(all[0].Id, SubscriptionSamples.CursorAt(1), Cancellation));
        Assert.Equal(2, (await store.ListAsync(SubscriptionSamples.Database, Cancellation)).Count);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("update progress set acked_above = x'01ff'")]
    [InlineData("update progress set last_ack_at = 9000000000000000000")]
    [InlineData("update subscriptions set max_attempts = 0")]
    [InlineData("update subscriptions set max_attempts = 4294967297")]
    [InlineData("update subscriptions set initial_backoff = -1")]
    [InlineData("update subscriptions set max_backoff = 9000000000000000000")]
    [InlineData("update subscriptions set on_exhausted = 3")]
    [InlineData("update subscriptions set on_script_error = 0")]
    [InlineData("update subscriptions set ack_timeout = 0")]
    public async Task List_DamagedRow_SaysWhoseItIs(string damage)
    {
        var subscription = Assert.Single(await FillAsync(1));
        Alter(damage);
        await using var store = Open();

        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.ListAsync(SubscriptionSamples.Database, Cancellation));

        Assert.Equal(StoreFault.Corrupt, fault.Kind);
        Assert.Contains(FilePath, fault.Message, StringComparison.Ordinal);
        Assert.Contains(subscription.Id.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("due_at")]
    [InlineData("first_failed_at")]
    [InlineData("last_failed_at")]
    public async Task ListFailed_DamagedRow_SaysWhoseItIsAndHarmsNoOtherCall(string column)
    {
        var subscription = Assert.Single(await FillAsync(1));
        var items = SubscriptionSamples.Changes(retries: [SubscriptionSamples.FailedItem("a")], deadLetters: [SubscriptionSamples.FailedItem("b")]);
        var update = new ProgressUpdate(subscription.Id, default, SubscriptionSamples.CursorAt(1), null) { FailedItems = items };
        await using (var healthy = Open()) Assert.Equal(ProgressOutcome.Saved, await healthy.SaveProgressAsync(update, Cancellation));
        Alter($"update failed_items set {column} = 9000000000000000000 where kind = 1");
        await using var store = Open();

        var fault = await Assert.ThrowsAsync<StoreException>(async () =>
            await store.ListFailedItemsAsync(subscription.Id, FailedItemKind.Retry, "", 10, Cancellation));

        Assert.Equal(StoreFault.Corrupt, fault.Kind);
        Assert.Contains(subscription.Id.ToString(), fault.Message, StringComparison.Ordinal);
        Assert.Single(await store.ListFailedItemsAsync(subscription.Id, FailedItemKind.DeadLetter, "", 10, Cancellation));
        Assert.Equal(new FailedItemCounts(1, 1), await store.CountFailedItemsAsync(subscription.Id, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_DiskFull_ChangesNothingAndWorksWhenThereIsSpace()
    {
        var all = await FillAsync(50);
        await using var store = Open(maxPages: 20);
        var items = Enumerable.Range(0, 500).Select(i => SubscriptionSamples.FailedItem($"orders/{i}") with { Reason = new string('x', 1000) });
        var update = new ProgressUpdate(all[0].Id, default, SubscriptionSamples.CursorAt(7), null)
        {
            FailedItems = SubscriptionSamples.Changes(retries: [.. items]),
        };

        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.SaveProgressAsync(update, Cancellation));

        Assert.Equal(StoreFault.DiskFull, fault.Kind);
        var listed = await store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Equal(all[0].Progress, listed.Single(s => s.Id == all[0].Id).Progress);
        Assert.Equal(default, await store.CountFailedItemsAsync(all[0].Id, Cancellation));
        var small = update with { FailedItems = SubscriptionSamples.Changes(retries: [SubscriptionSamples.FailedItem("a")]) };
        Assert.Equal(ProgressOutcome.Saved, await store.SaveProgressAsync(small, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task AnyFailedItemCall_IdIsNotUnicode_IsTheCallersMistake()
    {
        var subscription = Assert.Single(await FillAsync(1));
        await using var store = Open();
        var update = new ProgressUpdate(subscription.Id, default, SubscriptionSamples.CursorAt(7), null)
        {
            FailedItems = SubscriptionSamples.Changes(settled: ["half a pair: \ud83d"]),
        };

        await Assert.ThrowsAsync<InvalidInputException>(async () => await store.SaveProgressAsync(update, Cancellation));
        await Assert.ThrowsAsync<InvalidInputException>(async () => await store.DiscardDeadLettersAsync(subscription.Id, ["\udc00"], Cancellation));
        await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await store.ListFailedItemsAsync(subscription.Id, FailedItemKind.Retry, "\udc00", 1, Cancellation));
    }

    // A reason may come from a program of any quality; it must not stand in the way of parking the item.
    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_ReasonIsNotUnicode_IsKeptAsFarAsItIs()
    {
        var subscription = Assert.Single(await FillAsync(1));
        await using var store = Open();
        var item = SubscriptionSamples.FailedItem("a") with { Reason = "cut in the middle of \ud83d" };
        var update = new ProgressUpdate(subscription.Id, default, SubscriptionSamples.CursorAt(7), null)
        {
            FailedItems = SubscriptionSamples.Changes(retries: [item]),
        };

        Assert.Equal(ProgressOutcome.Saved, await store.SaveProgressAsync(update, Cancellation));

        var kept = Assert.Single(await store.ListFailedItemsAsync(subscription.Id, FailedItemKind.Retry, "", 1, Cancellation));
        Assert.Equal(item with { Reason = "cut in the middle of \ufffd" }, kept);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_DiskFull_FailsAloneAndWorksWhenThereIsSpace()
    {
        var all = await FillAsync(50);
        await using var store = Open(maxPages: 20);

        var created = await CreateUntilFullAsync(store);
        Assert.NotEmpty(created);
        Assert.Equal(all.Count + created.Count, (await store.ListAsync(SubscriptionSamples.Database, Cancellation)).Count);

        // An ack needs no space.
        var save = new ProgressUpdate(all[0].Id, default, SubscriptionSamples.CursorAt(7), null);
        Assert.Equal(ProgressOutcome.Saved, await store.SaveProgressAsync(save, Cancellation));

        foreach (var subscription in created) Assert.True(await store.DeleteAsync(subscription.Id, Cancellation));
        Assert.True(await store.CreateAsync(Large(0), Cancellation));
        Assert.Equal(all.Count + 1, (await store.ListAsync(SubscriptionSamples.Database, Cancellation)).Count);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_NotUnicode_IsTheCallersMistakeNamingTheField()
    {
        await using var store = Open();
        var name = SubscriptionSamples.Subscription("half a pair: \ud83d");
        var query = SubscriptionSamples.Subscription("orders");
        query = query with { Definition = query.Definition with { Query = "\udc00" } };

        var badName = await Assert.ThrowsAsync<InvalidInputException>(async () => await store.CreateAsync(name, Cancellation));
        var badQuery = await Assert.ThrowsAsync<InvalidInputException>(async () => await store.CreateAsync(query, Cancellation));

        Assert.Equal("name", badName.Field);
        Assert.Equal("query", badQuery.Field);
        Assert.Empty(await store.ListAsync(SubscriptionSamples.Database, Cancellation));
    }

    private static StoredSubscription Large(int number)
    {
        var subscription = SubscriptionSamples.Subscription($"large {number}");
        return subscription with { Definition = subscription.Definition with { Query = new string('q', 10_000) } };
    }

    private static async Task<List<StoredSubscription>> CreateUntilFullAsync(SqliteSubscriptionStore store)
    {
        var created = new List<StoredSubscription>();
        while (true)
        {
            var next = Large(created.Count);
            try
            {
                Assert.True(await store.CreateAsync(next, Cancellation));
                created.Add(next);
            }
            catch (StoreException e)
            {
                Assert.Equal(StoreFault.DiskFull, e.Kind);
                Assert.True(e.IsTransient);
                Assert.False(e.OutcomeUnknown);
                return created;
            }
        }
    }

    private SqliteSubscriptionStore Open(int? maxPages = null)
    {
        if (maxPages is null) return SqliteSubscriptionStore.Open(_folder, TimeProvider.System);

        var file = SqliteFile.Open(FilePath, SubscriptionFileFormat.Instance, new SqliteTuning());
        file.Connection.Execute($"pragma max_page_count = {maxPages}");
        return new SqliteSubscriptionStore(file, TimeProvider.System);
    }

    private async Task<IReadOnlyList<StoredSubscription>> FillAsync(int count)
    {
        await using var store = Open();
        var all = Enumerable.Range(0, count).Select(i => SubscriptionSamples.Subscription($"subscription {i}")).ToArray();
        await Task.WhenAll(all.Select(s => store.CreateAsync(s, Cancellation).AsTask()));
        return all;
    }

    private void Alter(string statement)
    {
        using var connection = SqliteConnection.Open(FilePath, SqliteAccess.Write);
        connection.Execute(statement);
    }

    private void AssertRefused(StoreFault kind)
    {
        var before = File.ReadAllBytes(FilePath);

        var exception = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(kind, exception.Kind);
        Assert.Contains(FilePath, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
    }
}
