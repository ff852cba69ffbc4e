using System.Globalization;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Storage.Tests.Subscriptions;

/// <summary>Files that an older version wrote are opened with all that they hold.</summary>
public sealed class SubscriptionMigrationTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly DataFolder _folder;

    public SubscriptionMigrationTests() => _folder = DataFolder.Open(_temporary["data"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder.FullPath, SubscriptionFileFormat.FileName);

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Open_FileOfTheFirstSchema_KeepsEverySubscription()
    {
        var worked = Old("orders", token: 41, lastAckAt: SubscriptionSamples.Instant) with
        {
            Definition = SubscriptionSamples.Definition("Bestellungen für Öl") with { Query = "from Orders where Note = 'it''s \0'", IncludeDeletes = true, Disabled = true },
        };
        var fresh = Old("fresh", token: 0, lastAckAt: null);
        CreateOld(worked, fresh);

        await using var store = SqliteSubscriptionStore.Open(_folder, TimeProvider.System);

        var listed = await store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Equal(new[] { worked, fresh }.OrderBy(s => s.Id.Value), listed.OrderBy(s => s.Id.Value));
    }

    [Fact]
    public async Task Open_FileOfTheFirstSchema_FencesAsBefore()
    {
        var subscription = Old("orders", token: 41, lastAckAt: null);
        CreateOld(subscription);
        await using var store = SqliteSubscriptionStore.Open(_folder, TimeProvider.System);

        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(store, subscription.Id, 40));
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(store, subscription.Id, 41));
        var granted = await store.GrantAsync(subscription.Id, isShared: false, Cancellation);
        Assert.Equal((42, 42), (granted!.Token.Value, granted.Epoch.Value));
    }

    [Fact]
    public async Task Open_FileOfTheFirstSchemaTwice_IsMigratedOnce()
    {
        var subscription = Old("orders", token: 1, lastAckAt: null);
        CreateOld(subscription);
        var items = SubscriptionSamples.Changes(deadLetters: [SubscriptionSamples.FailedItem("a")]);
        await using (var store = SqliteSubscriptionStore.Open(_folder, TimeProvider.System))
        {
            var update = new ProgressUpdate(subscription.Id, new FencingToken(1), SubscriptionSamples.CursorAt(9), null) { FailedItems = items };
            Assert.Equal(ProgressOutcome.Saved, await store.SaveProgressAsync(update, Cancellation));
            await store.GrantAsync(subscription.Id, isShared: true, Cancellation);
        }

        await using (var store = SqliteSubscriptionStore.Open(_folder, TimeProvider.System))
        {
            var progress = Assert.Single(await store.ListAsync(SubscriptionSamples.Database, Cancellation)).Progress;
            Assert.Equal((2, 1), (progress.Token.Value, progress.Epoch.Value));
            Assert.Equal(items.DeadLetters, await store.ListFailedItemsAsync(subscription.Id, FailedItemKind.DeadLetter, "", 10, Cancellation));
        }
    }

    [Fact]
    public async Task Open_FileOfTheSecondSchema_CountsItsFailedItems()
    {
        const int letters = 3;
        var subscription = SubscriptionSamples.Subscription("orders");
        CreateOfSecondSchema(subscription.Id, letters);
        await using var store = SqliteSubscriptionStore.Open(_folder, TimeProvider.System);

        Assert.Equal(new FailedItemCounts(1, letters), await store.CountFailedItemsAsync(subscription.Id, Cancellation));

        await store.ReplayDeadLettersAsync(subscription.Id, ["d2"], DateTimeOffset.UnixEpoch, Cancellation);
        Assert.Equal(new FailedItemCounts(2, letters - 1), await store.CountFailedItemsAsync(subscription.Id, Cancellation));

        await store.DiscardDeadLettersAsync(subscription.Id, null, Cancellation);
        Assert.Equal(new FailedItemCounts(2, 0), await store.CountFailedItemsAsync(subscription.Id, Cancellation));
    }

    [Theory]
    [InlineData("select id from failed_items where subscription = 1 and kind = 2 and id > x'00' order by id limit 10", "failed_items USING PRIMARY KEY (subscription=? AND kind=? AND id>?)")]
    [InlineData(FailedItemRows.SelectCounts, "failed_item_counts USING PRIMARY KEY (subscription=?)")]
    public void FailedItems_CountedOrPaged_AreFoundByKey(string statement, string expected)
    {
        SqliteFile.Create(FilePath, _folder.Subfolder("subscriptions.tmp"), SubscriptionFileFormat.Instance, new SqliteTuning(), _ => { });
        using var connection = SqliteConnection.Open(FilePath, SqliteAccess.Read);

        var plan = new List<string>();
        var explain = connection.Prepare("explain query plan " + statement);
        while (explain.Step()) plan.Add(explain.Text(3));
        explain.Reset();

        Assert.Contains(expected, Assert.Single(plan), StringComparison.Ordinal);
    }

    private static StoredSubscription Old(string name, long token, DateTimeOffset? lastAckAt)
    {
        var subscription = SubscriptionSamples.Subscription(name);
        return subscription with { Progress = new SubscriptionProgress(SubscriptionSamples.WideCursor(3), new FencingToken(token), lastAckAt) };
    }

    private static async Task<ProgressOutcome> SaveAsync(SqliteSubscriptionStore store, SubscriptionId id, long token) =>
        await store.SaveProgressAsync(new ProgressUpdate(id, new FencingToken(token), SubscriptionSamples.CursorAt(9), null), Cancellation);

    // The rows as the first version of the program wrote them.
    private void CreateOld(params StoredSubscription[] subscriptions)
    {
        var format = SubscriptionFileFormat.Instance with { Migrations = [SubscriptionFileFormat.Instance.Migrations[0]] };
        SqliteFile.Create(FilePath, _folder.Subfolder("subscriptions.tmp"), format, new SqliteTuning(), connection =>
        {
            foreach (var (id, definition, createdAt, progress) in subscriptions)
            {
                connection.Execute(string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    insert into subscriptions (id, database, name_key, name, query, include_deletes, disabled, created_at)
                    values ({id.Value}, '{definition.Database}', '{SubscriptionDefinition.NormalizeName(definition.Name)}', '{definition.Name}',
                        x'{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(definition.Query))}',
                        {(definition.IncludeDeletes ? 1 : 0)}, {(definition.Disabled ? 1 : 0)}, {createdAt.ToUnixTimeMilliseconds()})
                    """));
                connection.Execute(string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    insert into progress (subscription, token, cursor, last_ack_at)
                    values ({id.Value}, {progress.Token.Value}, x'{Convert.ToHexString(progress.Cursor.ToByteArray())}',
                        {progress.LastAckAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "null"})
                    """));
            }
        });
    }

    // One item that waits and dead letters d1, d2, …, as the second version of the program wrote them.
    private void CreateOfSecondSchema(SubscriptionId id, int letters)
    {
        var format = SubscriptionFileFormat.Instance with { Migrations = [.. SubscriptionFileFormat.Instance.Migrations.Take(2)] };
        SqliteFile.Create(FilePath, _folder.Subfolder("subscriptions.tmp"), format, new SqliteTuning(), connection => connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            insert into failed_items
            with recursive n(i) as (select 0 union all select i + 1 from n where i < {letters})
            select {id.Value}, iif(i = 0, {(int)FailedItemKind.Retry}, {(int)FailedItemKind.DeadLetter}), cast('d' || i as blob), i + 1, 5, 1, 1, 1, x'', x''
            from n
            """)));
    }
}
