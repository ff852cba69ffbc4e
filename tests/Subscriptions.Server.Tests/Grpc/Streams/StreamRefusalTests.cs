using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>What is refused, and that it harms nothing else on the connection.</summary>
public sealed class StreamRefusalTests
{
    public static TheoryData<string, StreamOpen, ErrorReason, string> Unsound => new()
    {
        { "partition", new StreamOpen { Partition = 1 }, ErrorReason.PartitionNotFound, "partition=1" },
        { "negative partition", new StreamOpen { Partition = -1 }, ErrorReason.PartitionNotFound, "partition_count=1" },
        { "token", new StreamOpen { ResumeToken = "12-nonsense" }, ErrorReason.InvalidArgument, "field=stream_open.resume_token" },
        { "branch", At(new StreamPosition { Branch = "xyz", Seqno = 1 }), ErrorReason.InvalidArgument, "field=stream_open.position.branch" },
        { "negative seqno", At(new StreamPosition { Seqno = -1 }), ErrorReason.InvalidArgument, "value=-1" },
        { "snapshot", At(new StreamPosition { Seqno = 1, SnapshotStart = 2, SnapshotEnd = 3 }), ErrorReason.OutOfRange, "field=stream_open.snapshot_start" },
        { "snapshot end", At(new StreamPosition { Seqno = 5, SnapshotStart = 2, SnapshotEnd = 3 }), ErrorReason.OutOfRange, "limit=5" },
        { "end", new StreamOpen { Position = new StreamPosition { Seqno = 9 }, EndSeqno = 5 }, ErrorReason.OutOfRange, "field=stream_open.end_seqno" },
        { "negative end", new StreamOpen { EndSeqno = -5 }, ErrorReason.InvalidArgument, "value=-5" },
        { "flag", new StreamOpen { Flags = { StreamFlag.Strict, (StreamFlag)4711 } }, ErrorReason.InvalidArgument, "field=stream_open.flags[1]" },
        { "no flag", new StreamOpen { Flags = { StreamFlag.Unspecified } }, ErrorReason.InvalidArgument, "value=0" },
        { "two ends", new StreamOpen { EndSeqno = 5, Flags = { StreamFlag.ToLatest } }, ErrorReason.InvalidArgument, "field=stream_open.end_seqno" },
        { "empty filter", new StreamOpen { Filter = new ChangeFilter() }, ErrorReason.InvalidArgument, "field=filter" },
        { "query", new StreamOpen { Filter = new ChangeFilter { Query = new QueryFilter { Query = "from Orders where" } } }, ErrorReason.InvalidQuery, "line=1" },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public async Task StreamOpen_Unsound_IsRefusedInBandAndOthersGoOn(string what, StreamOpen open, ErrorReason reason, string metadata)
    {
        await using var server = await StartAsync();
        using var client = await server.OpenConnectionAsync();
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.ToAsync("opened");

        await client.StreamAsync(new StreamOpen(open) { StreamId = 2 });
        await client.ToAsync($"refused:{reason}");

        var refused = client.Messages[^1].Refused;
        Assert.Equal((2u, 0L), (refused.StreamId, client.Messages[^1].BufferBytes));
        Assert.Contains(metadata, refused.Metadata.Select(m => $"{m.Key}={m.Value}"));
        Assert.NotEmpty(refused.Message);
        await server.PutAsync("a");
        Assert.Equal("[0-1:Memory] +a", await client.ToAsync("+a"));
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task StreamOpen_IdInUse_IsRefusedAndTheFirstGoesOn()
    {
        await using var server = await StartAsync();
        using var client = await server.OpenConnectionAsync();
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.StreamAsync(new StreamOpen { StreamId = 2 });

        Assert.Equal("opened refused:StreamExists opened", await client.ToAsync("refused:StreamExists opened"));
    }

    [Fact]
    public async Task StreamOpen_BeyondTheLimit_IsRefused()
    {
        await using var server = await StartAsync(limit: 2);
        using var client = await server.OpenConnectionAsync();
        for (uint id = 1; id <= 3; id++) await client.StreamAsync(new StreamOpen { StreamId = id });

        Assert.Equal("opened opened refused:LimitExceeded", await client.ToAsync("refused:LimitExceeded"));
        Assert.Equal("Limits:PartitionStreams", client.Messages[^1].Refused.Metadata["setting"]);
    }

    [Fact]
    public async Task StreamOpen_PlaceOfAnotherHistory_IsRolledBackWithAllThatIsNeeded()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(At(new StreamPosition { Branch = "00000000000000ff", Seqno = 2 }));
        Assert.Equal("rollback:0", await client.ToAsync("rollback:0"));

        var rollback = client.Messages[^1].Rollback;
        Assert.Equal(RollbackReason.UnknownBranch, rollback.Reason);
        Assert.Single(rollback.FailoverLog);
        Assert.Equal("0", rollback.ResumeToken);
        await client.StreamAsync(At(new StreamPosition { Branch = rollback.FailoverLog[0].Branch, Seqno = 4 }));
        Assert.Equal("rollback:3", await client.ToAsync("rollback:3"));
        rollback = client.Messages[^1].Rollback;
        Assert.Equal(RollbackReason.BeyondBranch, rollback.Reason);
        await client.StreamAsync(new StreamOpen { Position = rollback.Position, Flags = { StreamFlag.ToLatest } });
        Assert.Equal("opened end:Ok", await client.ToAsync("end:Ok"));
    }

    public static TheoryData<ConnectionSettings, string> Settings => new()
    {
        { new ConnectionSettings { BufferBytes = 1023 }, "buffer_bytes" },
        { new ConnectionSettings { BufferBytes = -1 }, "buffer_bytes" },
        { new ConnectionSettings { BufferBytes = (1L << 30) + 1 }, "buffer_bytes" },
        { new ConnectionSettings { NoopInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(99)) }, "noop_interval" },
        { new ConnectionSettings { NoopInterval = Duration.FromTimeSpan(TimeSpan.FromHours(2)) }, "noop_interval" },
        { new ConnectionSettings { IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromDays(2)) }, "idle_timeout" },
        { new ConnectionSettings { IdleTimeout = new Duration { Seconds = 1, Nanos = -1 } }, "idle_timeout" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Control_OutsideItsLimits_IsRefusedAndChangesNothing(ConnectionSettings settings, string field)
    {
        await using var server = await StartAsync();
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = 5000 });

        await client.ControlAsync(settings);
        await client.ToAsync("refused:InvalidArgument");
        Assert.False(client.Messages[^1].Refused.HasStreamId);
        Assert.Equal($"control.{field}", client.Messages[^1].Refused.Metadata["field"]);
        await client.ControlAsync(new ConnectionSettings());
        await client.ToAsync("settings");
        Assert.Equal((5000L, 20L), (client.Messages[^1].Settings.BufferBytes, client.Messages[^1].Settings.NoopInterval.Seconds));

        using var other = server.Connection();
        await other.OpenAsync(settings);
        RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", (await other.ToErrorAsync()).Error);
    }

    [Fact]
    public async Task Connect_OutOfOrder_EndsTheConnection()
    {
        await using var server = await StartAsync();
        using var unopened = server.Connection();
        await unopened.StreamAsync(new StreamOpen());
        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await unopened.ToErrorAsync()).Error);

        using var twice = await server.OpenConnectionAsync();
        await twice.OpenAsync();
        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await twice.ToErrorAsync()).Error);

        using var empty = await server.OpenConnectionAsync();
        await empty.SendAsync(new ConnectRequest());
        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await empty.ToErrorAsync()).Error);

        using var negative = await server.OpenConnectionAsync();
        await negative.AckAsync(-1);
        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await negative.ToErrorAsync()).Error);
    }

    [Theory]
    [InlineData("", "INVALID_ARGUMENT")]
    [InlineData(null, "INVALID_ARGUMENT")]
    [InlineData("x", "DATABASE_NOT_FOUND")]
    public async Task Connect_UnsoundOpen_IsRefused(string? name, string reason)
    {
        await using var server = await StartAsync();
        using var client = server.Connection();

        await client.OpenAsync(name: name ?? new string('é', 101), database: reason == "DATABASE_NOT_FOUND" ? "nowhere" : "shop");

        RpcAssert.Is(reason == "DATABASE_NOT_FOUND" ? StatusCode.NotFound : StatusCode.InvalidArgument, reason, (await client.ToErrorAsync()).Error);
    }

    private static StreamOpen At(StreamPosition position) => new() { Position = position };

    private static async Task<ServerFixture> StartAsync(int limit = 1024)
    {
        var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { PartitionStreams = limit } });
        await server.CreateDatabaseAsync();
        return server;
    }
}
