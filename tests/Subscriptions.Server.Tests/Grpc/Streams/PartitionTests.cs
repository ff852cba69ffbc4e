using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>Where partitions stand, when they have something newer, and tokens made one.</summary>
public sealed class PartitionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seqnos_OfSomePartitions_AreTheirs()
    {
        await using var server = await StartAsync(3);
        await server.PutAsync("a", "b", "c", "d");
        var all = await SeqnosAsync(server);

        var some = await SeqnosAsync(server, 2, 0, 2);

        Assert.Equal([0, 1, 2], all.Partitions.Select(p => p.Partition));
        Assert.Equal(4, all.Partitions.Sum(p => p.HighSeqno));
        Assert.Equal([all.Partitions[0], all.Partitions[2]], some.Partitions);
        var error = await Assert.ThrowsAsync<RpcException>(() => SeqnosAsync(server, 3));
        RpcAssert.Is(StatusCode.NotFound, "PARTITION_NOT_FOUND", error);
    }

    [Fact]
    public async Task FailoverLogs_OfANewDatabase_HaveOneBranchEach()
    {
        await using var server = await StartAsync(2);

        var logs = await server.Streams.GetFailoverLogsAsync(new GetFailoverLogsRequest { Database = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

        var branches = logs.Partitions.Select(p => Assert.Single(p.FailoverLog)).ToList();
        Assert.All(branches, b => Assert.Equal(0, b.StartSeqno));
        Assert.Equal((await SeqnosAsync(server)).Partitions.Select(p => p.Branch), branches.Select(b => b.Branch));
    }

    [Fact]
    public async Task Watch_WhatIsNewerAlready_IsToldAtOnceAndThenOnlyWhatComes()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var watch = server.Streams.WatchPartitions(new WatchPartitionsRequest { Database = "shop" }, cancellationToken: Cancelled);

        Assert.Equal(1, Assert.Single((await NextAsync(watch)).Partitions).HighSeqno);
        await server.PutAsync("b");
        var second = Assert.Single((await NextAsync(watch)).Partitions);
        Assert.Equal(2, second.HighSeqno);
        Assert.Null(second.Rollback);
    }

    [Fact]
    public async Task Watch_Once_EndsAfterTheFirst()
    {
        await using var server = await StartAsync(4);
        using var watch = server.Streams.WatchPartitions(
            new WatchPartitionsRequest { Database = "shop", Since = "0", Once = true }, cancellationToken: Cancelled);

        await server.PutAsync("a");

        Assert.Equal(1, Assert.Single((await NextAsync(watch)).Partitions).HighSeqno);
        Assert.False(await watch.ResponseStream.MoveNext(Cancelled).Within());
    }

    [Fact]
    public async Task Watch_NothingNewer_GivesSignsOfLife()
    {
        await using var server = await StartAsync();
        var request = new WatchPartitionsRequest { Database = "shop", Heartbeat = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) };
        using var watch = server.Streams.WatchPartitions(request, cancellationToken: Cancelled);

        Assert.Empty((await NextAsync(watch)).Partitions);
        Assert.Empty((await NextAsync(watch)).Partitions);
    }

    [Fact]
    public async Task Watch_PlaceBeyondTheHistory_TellsOfTheRollback()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        var future = (await server.GetChangesAsync()).ResumeToken;
        await server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();
        await server.CreateDatabaseAsync();
        await server.PutAsync("a", "b");
        using var watch = server.Streams.WatchPartitions(new WatchPartitionsRequest { Database = "shop", Since = future }, cancellationToken: Cancelled);

        var ready = Assert.Single((await NextAsync(watch)).Partitions);

        Assert.Equal((2L, 0L, RollbackReason.UnknownBranch), (ready.HighSeqno, ready.Rollback.Seqno, ready.Rollback.Reason));
    }

    [Fact]
    public async Task Combine_TokensOfStreams_MakeAPlaceOfAFeed()
    {
        await using var server = await StartAsync(3);
        await server.PutAsync([.. Enumerable.Range(0, 30).Select(i => $"d{i}")]);
        using var client = await server.OpenConnectionAsync();
        for (var p = 0; p < 3; p++) await client.StreamAsync(new StreamOpen { StreamId = (uint)p, Partition = p, Flags = { StreamFlag.ToLatest } });
        await client.HalfCloseAsync();
        await client.ToGoodEndAsync();
        await server.PutAsync("new");
        var tokens = client.Messages.Where(m => m.End is not null).Select(m => m.End.ResumeToken);

        var combined = await server.Streams.CombineResumeTokensAsync(
            new CombineResumeTokensRequest { ResumeTokens = { tokens } }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.Equal("new", Assert.Single((await server.GetChangesAsync(new GetChangesRequest { Since = combined.ResumeToken })).Rows).Id);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => server.Streams.CombineResumeTokensAsync(new CombineResumeTokensRequest { ResumeTokens = { "x" } }, cancellationToken: Cancelled).ResponseAsync.Within());
        RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", error);
    }

    [Fact]
    public async Task Token_OfAFeed_OpensStreamsAtTheSamePlace()
    {
        await using var server = await StartAsync(3);
        await server.PutAsync([.. Enumerable.Range(0, 30).Select(i => $"d{i}")]);
        var page = await server.GetChangesAsync(new GetChangesRequest { Limit = 17 });
        using var client = await server.OpenConnectionAsync();

        for (var p = 0; p < 3; p++)
            await client.StreamAsync(new StreamOpen { StreamId = (uint)p, Partition = p, ResumeToken = page.ResumeToken, Flags = { StreamFlag.ToLatest } });
        await client.HalfCloseAsync();
        await client.ToGoodEndAsync();

        var streamed = client.Messages.Where(m => m.Changes is not null).SelectMany(m => m.Changes.Changes).Select(c => c.Id);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"d{i}").Except(page.Rows.Select(r => r.Id)).Order(), streamed.Order());
    }

    private static async Task<WatchPartitionsResponse> NextAsync(AsyncServerStreamingCall<WatchPartitionsResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancelled).Within());
        return watch.ResponseStream.Current;
    }

    private static async Task<GetPartitionSeqnosResponse> SeqnosAsync(ServerFixture server, params int[] partitions) =>
        await server.Streams.GetPartitionSeqnosAsync(
            new GetPartitionSeqnosRequest { Database = "shop", Partitions = { partitions } }, cancellationToken: Cancelled).ResponseAsync.Within();

    private static async Task<ServerFixture> StartAsync(int partitions = 1)
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: partitions);
        return server;
    }
}
