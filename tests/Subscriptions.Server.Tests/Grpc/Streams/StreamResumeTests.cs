using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>Connections that are cut, and clients that come back.</summary>
public sealed class StreamResumeTests
{
    private const int Documents = 60;

    private static int _readers;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_CutAfterAnyMessage_IsResumedWithoutLossOrRepeat(bool isFiltered)
    {
        await using var server = await StartAsync();
        var filter = isFiltered ? new ChangeFilter { Collection = "Orders" } : null;
        using var whole = await ReadAsync(server, new StreamOpen { Filter = filter });
        var all = SeqnosOf(whole.Messages);

        for (var cut = 0; cut < whole.Messages.Count - 1; cut++)
        {
            var had = whole.Messages.Take(cut + 1).ToList();
            using var rest = await ReadAsync(server, new StreamOpen { Filter = filter, ResumeToken = TokenOf(had) });

            Assert.Equal(all, [.. SeqnosOf(had), .. SeqnosOf(rest.Messages)]);
        }

        Assert.True(whole.Messages.Count > 8, "The messages are too few to say anything.");
    }

    [Fact]
    public async Task Connection_CutWhileDocumentsAreReplaced_MissesNoNewestVersion()
    {
        await using var server = await StartAsync();
        using var before = await ReadAsync(server, new StreamOpen());
        var tokens = Enumerable.Range(0, before.Messages.Count).Select(i => TokenOf(before.Messages.Take(i + 1))).Distinct().ToList();
        for (var i = 0; i < Documents; i += 2) await server.PutAsync($"d{i}");

        for (var i = 0; i < tokens.Count; i++)
        {
            using var rest = await ReadAsync(server, new StreamOpen { ResumeToken = tokens[i] });

            var had = before.Messages.TakeWhile(m => TokenOf([m]) != tokens[i]).Append(before.Messages.FirstOrDefault(m => TokenOf([m]) == tokens[i]));
            var newest = had.Concat(rest.Messages).OfType<ConnectResponse>().SelectMany(m => m.Changes?.Changes ?? []).GroupBy(c => c.Id).Select(g => g.Max(c => c.Seqno));
            Assert.Equal(SeqnosOf((await ReadAsync(server, new StreamOpen())).Messages), newest.Order());
        }
    }

    [Fact]
    public async Task Snapshot_HalfReceived_KeepsItsBeginning()
    {
        await using var server = await StartAsync();
        using var whole = await ReadAsync(server, new StreamOpen());
        var marker = whole.Messages.First(m => m.Snapshot is not null).Snapshot;
        var half = whole.Messages.First(m => m.Changes is not null).Changes.ResumeToken;

        using var rest = await ReadAsync(server, new StreamOpen { ResumeToken = half });

        Assert.Equal((0L, Documents), (marker.StartSeqno, (int)marker.EndSeqno));
        var again = rest.Messages.First(m => m.Snapshot is not null).Snapshot;
        Assert.Equal((marker.StartSeqno, marker.EndSeqno), (again.StartSeqno, again.EndSeqno));
    }

    // With a window so small that each message has a few changes.
    private static async Task<StreamClient> ReadAsync(ServerFixture server, StreamOpen open)
    {
        var client = await server.OpenConnectionAsync(new ConnectionSettings { BufferBytes = 1024 }, $"reader {Interlocked.Increment(ref _readers)}");
        client.Messages.Clear();
        await client.StreamAsync(new StreamOpen(open) { StreamId = 1, Flags = { StreamFlag.ToLatest } });
        while ((await client.NextMessageAsync()).End is null) await client.AckAllAsync();
        return client;
    }

    private static async Task<ServerFixture> StartAsync()
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        for (var i = 0; i < Documents; i++) await server.WriteAsync(Requests.Put($"d{i}", collection: i % 3 == 0 ? "Orders" : "Others"));
        return server;
    }

    private static List<long> SeqnosOf(IEnumerable<ConnectResponse> messages) => [.. messages.SelectMany(m => m.Changes?.Changes ?? []).Select(c => c.Seqno)];

    // A marker is nothing to go on from: only what comes behind it is.
    private static string TokenOf(IEnumerable<ConnectResponse> messages) => messages
        .Select(m => m.Changes?.ResumeToken ?? m.SeqnoAdvanced?.ResumeToken ?? m.End?.ResumeToken)
        .LastOrDefault(t => t is not null) ?? "0";
}
