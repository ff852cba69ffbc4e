using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>Windows, signs of life, and how connections end.</summary>
public sealed class StreamPaceTests
{
    private const int Window = 4096;
    private const int Documents = 200;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Window_NeverAcked_StopsAfterOneMessageBeyondIt()
    {
        await using var server = await StartAsync();
        await FillAsync(server);
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = Window });

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.DiskOnly } });
        while (client.Unacked < Window) await client.NextMessageAsync();
        var (before, last) = (client.Unacked - client.Messages[^1].BufferBytes, client.Messages.Count);

        Assert.InRange(before, 0, Window - 1);
        await client.ControlAsync(new ConnectionSettings());
        Assert.NotNull((await client.NextMessageAsync()).Settings);
        Assert.Equal(last + 1, client.Messages.Count);
    }

    [Fact]
    public async Task Window_Acked_EverythingComesOnce()
    {
        await using var server = await StartAsync();
        await FillAsync(server);
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = Window });

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.DiskOnly } });
        while ((await client.NextMessageAsync()).End is null)
        {
            // In turn exactly, much too much, and nothing.
            if (client.Unacked >= Window) await (client.Messages.Count % 2 == 0 ? client.AckAllAsync() : OverAckAsync(client));
        }

        var ids = client.Messages.Where(m => m.Changes is not null).SelectMany(m => m.Changes.Changes).Select(c => c.Seqno);
        Assert.Equal(Enumerable.Range(1, Documents).Select(i => (long)i), ids);
    }

    [Fact]
    public async Task Window_SmallerThanADocument_StillLetsItPass()
    {
        await using var server = await StartAsync();
        await server.WriteAsync(Requests.Put("large", Requests.ContentOf(100_000)), Requests.Put("next"));
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = 1024 });

        await client.StreamAsync(new StreamOpen { StreamId = 1 });

        Assert.Equal("opened [0-2:Memory] +large", await client.ToAsync("+large"));
        await client.AckAllAsync();
        Assert.Equal("+next", await client.ToAsync("+next"));
    }

    [Fact]
    public async Task Window_Full_NoopsStillComeWithTheNewestSeqnos()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(clock);
        await server.WriteAsync(Requests.Put("large", Requests.ContentOf(5000)), Requests.Put("next"));
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = 1024 });
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.ToAsync("+large");

        await clock.AdvanceUntilAsync(ToNoopAsync(client));

        var seqno = Assert.Single(client.Noop!.HighSeqnos);
        Assert.Equal((0, 2L), (seqno.Partition, seqno.Seqno));
        Assert.DoesNotContain(client.Messages, m => m.Changes?.Changes.Any(c => c.Id == "next") == true);
    }

    [Fact]
    public async Task Client_ThatAnswersNoops_IsKept()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(clock);
        using var client = await server.OpenConnectionAsync(Times(noop: 1, idle: 10));

        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await clock.AdvanceUntilAsync(ToNoopAsync(client), pace: TimeSpan.FromMilliseconds(100));
        }

        Assert.True(client.Noops >= 20);
    }

    [Fact]
    public async Task Client_ThatIsSilent_IsGivenUp()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(clock);
        using var client = await server.OpenConnectionAsync(Times(noop: 1, idle: 3));
        client.Answers = false;

        var (_, error) = await clock.AdvanceUntilAsync(client.ToErrorAsync());

        RpcAssert.Is(StatusCode.DeadlineExceeded, "CLIENT_SILENT", error);
        Assert.Contains("subscriptions_stream_silent_connections_total 1", await MetricsAsync(server), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_SlowWhenItsConnectionIsEnded_IsToldWhyAllTheSame(bool isReplaced)
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 3; i++) await server.WriteAsync(new WriteOperation { Id = $"large-{i}", Put = new PutAction { Content = Requests.ContentOf(1024 * 1024) } });
        using var slow = await server.OpenConnectionAsync(name: "indexer");
        await slow.StreamAsync(new StreamOpen { StreamId = 1 });
        await slow.ToAsync("[0-3:Memory]");

        // What comes next is more than the network takes at once.
        using var other = await server.OpenConnectionAsync(name: isReplaced ? "indexer" : "other");
        if (!isReplaced) await slow.SendAsync(new ConnectRequest());

        var (_, error) = await slow.ToErrorAsync();
        if (isReplaced) RpcAssert.Is(StatusCode.Aborted, "CONNECTION_REPLACED", error);
        else RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", error);
    }

    [Fact]
    public async Task Name_OpenedAgain_EndsTheOlderConnection()
    {
        await using var server = await StartAsync();
        using var first = await server.OpenConnectionAsync(name: "indexer");
        using var other = await server.OpenConnectionAsync(name: "other");
        using var second = await server.OpenConnectionAsync(name: "indexer");

        RpcAssert.Is(StatusCode.Aborted, "CONNECTION_REPLACED", (await first.ToErrorAsync()).Error);
        await second.StreamAsync(new StreamOpen { StreamId = 1 });
        await second.ToAsync("opened");
        await other.StreamAsync(new StreamOpen { StreamId = 1 });
        await other.ToAsync("opened");
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreRefused()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { StreamConnections = 1 } });
        await server.CreateDatabaseAsync();
        using var first = await server.OpenConnectionAsync(name: "a");
        using var second = server.Connection();

        await second.OpenAsync(name: "b");

        RpcAssert.Is(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", (await second.ToErrorAsync()).Error);
    }

    [Fact]
    public async Task Database_Dropped_EndsStreamsAndConnection()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var client = await server.OpenConnectionAsync();
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.ToAsync("+a");

        await server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

        var (text, error) = await client.ToErrorAsync();
        Assert.Equal("end:DatabaseDropped", text);
        RpcAssert.Is(StatusCode.Aborted, "DATABASE_DROPPED", error);
        var metrics = await MetricsAsync(server);
        Assert.Contains("subscriptions_stream_streams 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("subscriptions_stream_connections 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("""subscriptions_stream_ends_total{subscriptions_stream_reason="database_dropped"} 1""", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_Stopping_EndsStreamsAndConnection()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var client = await server.OpenConnectionAsync();
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.ToAsync("+a");

        var stopping = server.StopAsync();
        var (text, error) = await client.ToErrorAsync();
        await stopping.Within();

        Assert.Equal("end:ShuttingDown", text);
        RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", error);
    }

    private static async Task<bool> ToNoopAsync(StreamClient client)
    {
        var before = client.Noops;
        while (client.Noops == before) Assert.True(await client.NextAsync());
        return true;
    }

    private static async Task OverAckAsync(StreamClient client)
    {
        var bytes = client.Unacked * 1000;
        await client.AckAllAsync();
        await client.AckAsync(bytes);
    }

    private static ConnectionSettings Times(int noop, int idle) => new()
    {
        NoopInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(noop)),
        IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(idle)),
    };

    private static async Task FillAsync(ServerFixture server)
    {
        for (var i = 0; i < Documents; i++) await server.PutAsync($"d{i}");
    }

    private static async Task<string> MetricsAsync(ServerFixture server) =>
        await (await server.GetAsync("/metrics")).Content.ReadAsStringAsync(Cancelled).Within();

    private static async Task<ServerFixture> StartAsync(FakeTimeProvider? clock = null)
    {
        var server = await ServerFixture.StartAsync(time: clock);
        await server.CreateDatabaseAsync();
        return server;
    }
}
