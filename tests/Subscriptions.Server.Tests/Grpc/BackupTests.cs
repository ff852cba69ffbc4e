using Google.Protobuf;
using Grpc.Core;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class BackupTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BackUp_LargeDatabase_ComesInPartsAndCanBeRestored()
    {
        await using var server = await ServerFixture.StartAsync(stores: await EngineStores.OpenAsync(_folder["data"], TimeProvider.System));
        await server.CreateDatabaseAsync();
        var large = ByteString.CopyFromUtf8($"{{\"text\":\"{new string('x', Mebibyte)}\"}}");
        foreach (var id in (string[])["a", "b", "c"])
            await server.WriteAsync(Requests.Put(id, large));

        var parts = await BackUpAsync(server);
        var total = parts.Sum(p => (long)p.Content.Length);
        var response = await RestoreAsync(server, "copy", replace: false, parts.Select(p => p.Content));

        Assert.True(total > 3 * Mebibyte, $"{total} bytes");
        Assert.All(parts, p => Assert.Equal((total, true), (p.TotalBytes, p.Content.Length is > 0 and <= Mebibyte)));
        Assert.Equal(("copy", 3L), (response.Database.Name, response.Database.DocumentCount));
        Assert.Equal([3L, 0L], response.Database.Partitions[0].FailoverLog.Select(e => e.StartSeqno));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder["data"], "databases.tmp")));
    }

    [Fact]
    public async Task BackUp_CallerNeverReads_IsCutOffAndKeepsNoFile()
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerFixture.StartAsync(stores: await EngineStores.OpenAsync(_folder["data"], TimeProvider.System), time: time);
        await server.CreateDatabaseAsync();
        var large = ByteString.CopyFromUtf8($"{{\"text\":\"{new string('x', Mebibyte)}\"}}");
        for (var i = 0; i < 48; i++) await server.WriteAsync(Requests.Put($"d{i}", large));
        using var channel = ServerFixture.OpenChannel(server.Server.Grpc);
        using var deaf = new DatabaseAdminService.DatabaseAdminServiceClient(channel).BackUpDatabase(new BackUpDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled);
        await deaf.ResponseHeadersAsync.Within();
        Assert.Single(Files());

        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return !Files().Any();
        });

        IEnumerable<string> Files() => Directory.EnumerateFiles(Path.Combine(_folder["data"], "databases.tmp"), "backup.*.tmp");
    }

    [Fact]
    public async Task Restore_Replace_TellsEverybodyAndSendsThemBack()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("a");
        var backup = await BackUpAsync(server);
        await server.PutAsync("b");
        using var feed = server.Watch();
        await feed.ToCaughtUpAsync();
        using var worker = await server.OpenAsync();
        Assert.Equal(2, (await worker.AckNextAsync()).Items.Count);

        await RestoreAsync(server, "shop", replace: true, backup.Select(p => p.Content));

        var (error, end) = await feed.ToErrorAsync();
        Assert.Equal((FeedEndReason.HistoryChanged, feed.Place), (end!.Reason, end.ResumeToken));
        Assert.Equal("shop", RpcAssert.Is(StatusCode.Aborted, "HISTORY_CHANGED", error)["database"]);
        var (ending, last) = await worker.ReceiveEndAsync();
        Assert.Equal("shop", RpcAssert.Is(StatusCode.Aborted, "HISTORY_CHANGED", ending)["database"]);
        Assert.Equal((ErrorReason.HistoryChanged, true), (last!.Closing.Reason, last.Closing.Reconnect));

        using var again = server.Watch(new WatchChangesRequest { Database = "shop", Since = end.ResumeToken, Mode = WatchMode.Continuous });
        await server.PutAsync("c");
        using var next = await server.OpenAsync();
        Assert.Equal("partition 0 from 2 to 1 (its branch ended before that)", (await next.ReceiveAsync(WorkResponse.MessageOneofCase.Rewound)).Rewound.Reason);
        Assert.Equal(["c"], (await next.ReceiveBatchAsync()).Items.Select(i => i.Id));
        while (again.Rows.Count == 0) await again.ToCaughtUpAsync();
        Assert.Equal("partition 0 from 2 to 1 (its branch ended before that)", again.Rewound!.Reason);
        Assert.Equal(["c"], again.Rows.Select(r => r.Id));
    }

    [Fact]
    public async Task Restore_NameIsTaken_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var backup = await BackUpAsync(server);

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.AlreadyExists, "DATABASE_EXISTS", () => RestoreAsync(server, "shop", replace: false, backup.Select(p => p.Content)));

        Assert.Equal("shop", metadata["database"]);
    }

    [Fact]
    public async Task Restore_NoBackup_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_BACKUP", () => RestoreAsync(server, "shop", replace: false, [ByteString.CopyFromUtf8("letters")]));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => RestoreAsync(server, "NO NAME", replace: false, []));
        using var silent = server.Databases.RestoreDatabase(cancellationToken: Cancelled);
        await silent.RequestStream.CompleteAsync();
        RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", await Assert.ThrowsAsync<RpcException>(() => silent.ResponseAsync.Within()));
    }

    [Fact]
    public async Task BackUp_NoSuchDatabase_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => BackUpAsync(server));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<BackUpDatabaseResponse>> BackUpAsync(ServerFixture server)
    {
        using var call = server.Databases.BackUpDatabase(new BackUpDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled);
        var parts = new List<BackUpDatabaseResponse>();
        while (await call.ResponseStream.MoveNext(Cancelled).Within()) parts.Add(call.ResponseStream.Current);
        return parts;
    }

    // The first message has no content, and one in the middle has none either.
    private static async Task<RestoreDatabaseResponse> RestoreAsync(ServerFixture server, string name, bool replace, IEnumerable<ByteString> parts)
    {
        using var call = server.Databases.RestoreDatabase(cancellationToken: Cancelled);
        try
        {
            await call.RequestStream.WriteAsync(new RestoreDatabaseRequest { Name = name, Replace = replace }, Cancelled);
            foreach (var part in parts)
            {
                await call.RequestStream.WriteAsync(new RestoreDatabaseRequest { Content = part }, Cancelled);
                await call.RequestStream.WriteAsync(new RestoreDatabaseRequest(), Cancelled);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused before it was read: the answer tells why.
        }

        return await call.ResponseAsync.Within();
    }
}
