using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class StreamsClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetFailoverLogs_AsksForPartitions_MapsBranches()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Answers.Add(new V1.GetFailoverLogsResponse
        {
            Partitions =
            {
                new V1.PartitionFailoverLog { Partition = 3, FailoverLog = { new V1.FailoverLogEntry { Branch = "b", StartSeqno = 9 }, new V1.FailoverLogEntry { Branch = "a" } } },
            },
        });

        var log = Assert.Single(await client.Streams.GetFailoverLogsAsync("shop", [3], Token));

        Assert.Equal(3, log.Partition);
        Assert.Equal([new BranchInfo("b", 9), new BranchInfo("a", 0)], log.Branches);
        Assert.Equal([3], ((V1.GetFailoverLogsRequest)Assert.Single(server.Answers.Requests)).Partitions);
    }

    [Fact]
    public async Task GetPartitionSeqnos_NoPartitionsNamed_AsksForAll()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Answers.Add(new V1.GetPartitionSeqnosResponse
        {
            Partitions = { new V1.PartitionSeqnos { Partition = 1, HighSeqno = 7, PurgeSeqno = 2, Branch = "a" } },
        });

        Assert.Equal([new PartitionSeqnos(1, 7, 2, "a")], await client.Streams.GetPartitionSeqnosAsync("shop", cancellationToken: Token));
        Assert.Empty(((V1.GetPartitionSeqnosRequest)Assert.Single(server.Answers.Requests)).Partitions);
    }

    [Fact]
    public async Task CombineResumeTokens_MoreThanTheServerTakes_FoldsThem()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Answers.Add(new V1.CombineResumeTokensResponse { ResumeToken = "first" });
        server.Answers.Add(new V1.CombineResumeTokensResponse { ResumeToken = "both" });

        var combined = await client.Streams.CombineResumeTokensAsync(Enumerable.Range(0, 1500).Select(i => $"t{i}"), Token);

        Assert.Equal("both", combined);
        var requests = server.Answers.Requests.Cast<V1.CombineResumeTokensRequest>().ToList();
        Assert.All(requests, request => Assert.InRange(request.ResumeTokens.Count, 1, 1024));
        Assert.Equal("first", requests[1].ResumeTokens[0]);
        Assert.Equal(1501, requests.Sum(request => request.ResumeTokens.Count));
    }

    [Fact]
    public async Task CombineResumeTokens_None_IsTheCallersMistake()
    {
        using var client = new SubscriptionsClient(new Uri("http://127.0.0.1:1"));

        await Assert.ThrowsAsync<ArgumentException>(() => client.Streams.CombineResumeTokensAsync([], Token));
    }

    [Fact]
    public async Task WatchPartitions_ConnectionLost_TellsOnlyWhatIsNewer()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect(random: new FixedRandom(0));
        await using var ready = client.Streams.WatchPartitionsAsync("shop", cancellationToken: Token).GetAsyncEnumerator(Token);
        server.TellReady(() => Ready((0, 5), (1, 7)));
        server.TellReady(() => throw Wire.Bare(StatusCode.Unavailable));
        server.TellReady(() => new V1.WatchPartitionsResponse());
        server.TellReady(() => Ready((0, 5), (1, 8)));

        Assert.Equal([(0, 5L), (1, 7L), (1, 8L)], [await NextAsync(), await NextAsync(), await NextAsync()]);

        async Task<(int, long)> NextAsync()
        {
            Assert.True(await ready.MoveNextAsync().Within());
            return (ready.Current.Partition, ready.Current.HighSeqno);
        }
    }

    [Fact]
    public async Task WatchPartitions_LowerAfterTheConnectionWasLost_IsNewsOfAnotherHistory()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect(random: new FixedRandom(0));
        await using var ready = client.Streams.WatchPartitionsAsync("shop", cancellationToken: Token).GetAsyncEnumerator(Token);
        server.TellReady(() => Ready((0, 100)));
        Assert.True(await ready.MoveNextAsync().Within());

        // The server was down, and a backup was restored before it could tell anybody.
        server.TellReady(() => throw Wire.Bare(StatusCode.Unavailable));
        server.TellReady(() => Ready((0, 50)));
        server.TellReady(() => Ready((0, 60)));

        Assert.True(await ready.MoveNextAsync().Within());
        Assert.Equal(50, ready.Current.HighSeqno);
        Assert.True(await ready.MoveNextAsync().Within());
        Assert.Equal(60, ready.Current.HighSeqno);
    }

    [Fact]
    public async Task WatchPartitions_Once_EndsAfterTheFirstAnswerWithPartitions()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.TellReady(() => new V1.WatchPartitionsResponse());
        server.TellReady(() => Ready((2, 9)));
        var told = new List<PartitionReady>();

        await foreach (var ready in client.Streams.WatchPartitionsAsync("shop", new WatchPartitionsOptions { Once = true }, Token)) told.Add(ready);

        Assert.Equal([new PartitionReady(2, 9, null)], told);
    }

    [Fact]
    public async Task WatchPartitions_DatabaseMissing_FailsAtOnce()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.TellReady(() => throw Wire.Error("DATABASE_NOT_FOUND", StatusCode.NotFound));
        await using var ready = client.Streams.WatchPartitionsAsync("shop", cancellationToken: Token).GetAsyncEnumerator(Token);

        await Assert.ThrowsAsync<DatabaseNotFoundException>(() => ready.MoveNextAsync().Within());
    }

    private static V1.WatchPartitionsResponse Ready(params (int Partition, long High)[] partitions) => new()
    {
        Partitions = { partitions.Select(p => new V1.PartitionReady { Partition = p.Partition, HighSeqno = p.High }) },
    };
}
