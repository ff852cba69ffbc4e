using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>What a partition stream sends.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Stream_BacklogAndNewChanges_AreSnapshotsWithAMarkerBeforeThem()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 7 });

        Assert.Equal("opened [0-3:Memory] +a +b +c", await client.ToAsync("+c"));
        await server.WriteAsync(new WriteOperation { Id = "a", Delete = new DeleteAction() });
        Assert.Equal("[3-4:Memory] -a", await client.ToAsync("-a"));
        Assert.All(client.Messages, m => Assert.True(m.Opened is not null || StreamIdOf(m) == 7));
    }

    [Fact]
    public async Task Stream_OfADatabaseThatIsRead_SaysWhereItsDataComeFrom()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.DiskOnly } });

        Assert.Equal("opened [0-2:Disk] +a +b end:Ok", await client.ToAsync("end:Ok"));
        Assert.Equal(2, client.Messages[1].StreamOpened.EndSeqno);
    }

    [Fact]
    public async Task ToLatest_WhatIsWrittenLater_IsNotSent()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.ToLatest } });

        Assert.Equal("opened [0-2:Memory] +a +b end:Ok", await client.ToAsync("end:Ok"));
        Assert.Equal(2, client.Messages[^1].End.HighSeqno);
        await client.StreamAsync(new StreamOpen { StreamId = 1, ResumeToken = client.Messages[^1].End.ResumeToken, Flags = { StreamFlag.ToLatest } });
        Assert.Equal("opened end:Ok", await client.ToAsync("end:Ok"));
    }

    [Fact]
    public async Task FromLatest_WhatWasWrittenBefore_IsNotSent()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.FromLatest } });
        Assert.Equal("opened", await client.ToAsync("opened"));
        await server.PutAsync("c");

        Assert.Equal("[2-3:Memory] +c", await client.ToAsync("+c"));
        Assert.Equal(2, client.Messages[1].StreamOpened.Position.Seqno);
    }

    [Fact]
    public async Task EndSeqno_InsideASnapshot_EndsBehindIt()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c", "d");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, EndSeqno = 2 });
        await client.StreamAsync(new StreamOpen { StreamId = 2, EndSeqno = 2, Flags = { StreamFlag.ExactEnd } });

        Assert.Equal("opened opened [0-4:Memory] +a +b +c +d end:Ok [0-4:Memory] +a +b end:Ok", Sorted(await client.ToAsync("end:Ok") + " " + await client.ToAsync("end:Ok"), client));
    }

    [Fact]
    public async Task Filter_OfOneCollection_AdvancesOverTheRest()
    {
        await using var server = await StartAsync();
        await server.WriteAsync(Requests.Put("a"), Requests.Put("b", collection: "Others"), Requests.Put("c", collection: "Others"));
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Filter = new ChangeFilter { Collection = "Orders" } });

        Assert.Equal("opened [0-3:Memory] +a >3", await client.ToAsync(">3"));
        await server.WriteAsync(Requests.Put("d", collection: "Others"));
        Assert.Equal(">4", await client.ToAsync(">4"));
    }

    [Fact]
    public async Task Flags_NoContentAndTokens_ShapeWhatIsSent()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { TokenOnEveryChange = true });

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.NoContent } });
        await client.ToAsync("+b");

        var changes = client.Messages[^1].Changes;
        Assert.All(changes.Changes, c => Assert.True(c.Content.IsEmpty));
        Assert.Equal(changes.ResumeToken, changes.Changes[1].ResumeToken);
        await client.StreamAsync(new StreamOpen { StreamId = 2, ResumeToken = changes.Changes[0].ResumeToken, Flags = { StreamFlag.ToLatest } });
        Assert.Equal("opened [0-2:Memory] +b end:Ok", await client.ToAsync("end:Ok"));
    }

    [Fact]
    public async Task Changes_OnTheWire_AreWhatTheGeneratedClassesWrite()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var client = await server.OpenConnectionAsync(new ConnectionSettings { TokenOnEveryChange = true });

        await client.StreamAsync(new StreamOpen { StreamId = 300 });
        await client.ToAsync("+a");

        var message = client.Messages[^1];
        var row = Assert.Single(message.Changes.Changes);
        Assert.Equal(("a", "Orders", ChangeKind.Put, 1L, """{"Company":"companies/11"}"""), (row.Id, row.Collection, row.Kind, row.Seqno, row.Content.ToStringUtf8()));
        Assert.StartsWith("1-", row.Revision, StringComparison.Ordinal);
        Assert.NotEqual(0, row.ChangedAtUnixMs);
        Assert.Equal((300u, (long)message.Changes.CalculateSize()), (message.Changes.StreamId, message.BufferBytes));
    }

    [Fact]
    public async Task Close_OpenStream_EndsItAndFreesItsId()
    {
        await using var server = await StartAsync();
        using var client = await server.OpenConnectionAsync();
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        await client.ToAsync("opened");

        await client.CloseAsync(1);
        Assert.Equal("end:Closed", await client.ToAsync("end:Closed"));
        await client.CloseAsync(1);
        Assert.Equal("refused:StreamNotFound", await client.ToAsync("refused:StreamNotFound"));
        await client.StreamAsync(new StreamOpen { StreamId = 1 });
        Assert.Equal("opened", await client.ToAsync("opened"));
    }

    [Fact]
    public async Task HalfClose_StreamsWithAnEnd_AreSentToIt()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.ToLatest } });
        await client.HalfCloseAsync();

        Assert.Equal("opened [0-1:Memory] +a end:Ok", await client.ToGoodEndAsync());
    }

    [Fact]
    public async Task NotifyOnly_SomethingNewer_EndsWithoutData()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var client = await server.OpenConnectionAsync();

        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.NotifyOnly } });
        Assert.Equal("opened end:Ok", await client.ToAsync("end:Ok"));
        await client.StreamAsync(new StreamOpen { StreamId = 1, Flags = { StreamFlag.NotifyOnly, StreamFlag.FromLatest } });
        Assert.Equal("opened", await client.ToAsync("opened"));
        await server.PutAsync("b", "c");
        Assert.Equal("end:Ok", await client.ToAsync("end:Ok"));
        Assert.Equal(3, client.Messages[^1].End.HighSeqno);
    }

    private static async Task<ServerFixture> StartAsync(int partitions = 1)
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: partitions);
        return server;
    }

    // Two streams take turns: by stream.
    private static string Sorted(string _, StreamClient client) => string.Join(
        ' ', client.Messages.Skip(1).OrderBy(m => m.StreamOpened is null).ThenBy(StreamIdOf).SelectMany(Words));

    private static IEnumerable<string> Words(ConnectResponse m) => m switch
    {
        { StreamOpened: not null } => ["opened"],
        { Snapshot: { } s } => [$"[{s.StartSeqno}-{s.EndSeqno}:{s.Source}]"],
        { Changes: { } c } => c.Changes.Select(WatchClient.TextOf),
        _ => [$"end:{m.End.Reason}"],
    };

    private static uint StreamIdOf(ConnectResponse m) =>
        m.StreamOpened?.StreamId ?? m.Snapshot?.StreamId ?? m.Changes?.StreamId ?? m.SeqnoAdvanced?.StreamId ?? m.End.StreamId;
}
