using System.Text.Json;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class StreamCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Stream_Text_ShowsTheLogAndTellsWhereToGoOn()
    {
        var database = await CreateAsync();

        var all = await server.SubsAsync("stream", "-d", database, "--to-latest");
        var place = all.Error.Split("--from-token ")[1].Trim();
        await server.SubsAsync("put", "-d", database, "d", "{}");
        var rest = await server.SubsAsync("stream", "-d", database, "--to-latest", "--from-token", place, "--no-content");

        Assert.Equal(0, all.ExitCode);
        Assert.Equal(
            """
            p0    opened     from 0 of 4, ends at 4
            p0    snapshot   0..4 from memory
            p0    mutation   1  a  Orders  {"Total":5}
            p0    mutation   3  c  People  {}
            p0    deletion   4  b  Orders
            p0    end        ok at 4 of 4

            """,
            all.Output);
        Assert.StartsWith("3 changes, which is all there is; for later ones go on with --from-token 4-", all.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["p0    opened     from 4 of 5, ends at 5", "p0    snapshot   4..5 from memory", "p0    mutation   5  d  @empty", "p0    end        ok at 5 of 5"],
            rest.Lines);
    }

    [Fact]
    public async Task Stream_Json_IsAnObjectAnEvent()
    {
        var database = await CreateAsync();

        var lines = (await server.SubsAsync("stream", "-d", database, "--to-latest", "--json")).Objects;

        Assert.Equal(
            ["opened", "snapshot", "mutation", "mutation", "deletion", "end", "position"], lines.Select(line => line.GetProperty("type").GetString()));
        Assert.All(lines[..^1], line => Assert.Equal(0, line.GetProperty("partition").GetInt32()));
        Assert.Equal([0, 4, 1, 3, 4, 4], lines[..^1].Select(line => line.GetProperty("seqno").GetInt32()));
        Assert.All(lines[2..], line => Assert.NotEmpty(line.GetProperty("resumeToken").GetString()!));
        Assert.Equal(("a", """{"Total":5}"""), (lines[2].GetProperty("id").GetString(), lines[2].GetProperty("content").GetRawText()));
        Assert.Single(lines[0].GetProperty("failoverLog").EnumerateArray());
        Assert.Equal((3, "complete"), (lines[^1].GetProperty("changes").GetInt32(), lines[^1].GetProperty("end").GetString()));
    }

    [Theory]
    [InlineData("c", "--collection", "People")]
    [InlineData("b", "--filter", "from Orders where Total > $least", "--param", "least=5")]
    [InlineData("a", "--ids", "a")]
    public async Task Stream_Filtered_HasWhatPassesAndThePlaceOfAll(string ids, params string[] options)
    {
        var database = await CreateAsync();

        var lines = (await server.SubsAsync(["stream", "-d", database, "--to-latest", "--json", .. options])).Objects;

        Assert.Equal(ids, string.Join(' ', lines.Where(l => l.TryGetProperty("id", out _)).Select(l => l.GetProperty("id").GetString())));
        Assert.Equal(4, lines.Single(l => l.GetProperty("type").GetString() == "end").GetProperty("seqno").GetInt32());
    }

    [Fact]
    public async Task Stream_ManyPartitions_EachHasItsPlaceInOneToken()
    {
        var database = server.NewName();
        await server.SubsAsync("db", "create", database, "--partitions", "4");
        await server.WriteOrdersAsync(database, 1, 40);
        var first = (await server.SubsAsync("stream", "-d", database, "--to-latest", "--no-content", "--json")).Objects;
        await server.WriteOrdersAsync(database, 41, 10);

        var token = first[^1].GetProperty("resumeToken").GetString()!;
        var second = (await server.SubsAsync("stream", "-d", database, "--to-latest", "--from-token", token, "--json")).Objects;
        var one = (await server.SubsAsync("stream", "-d", database, "--to-latest", "--partition", "2", "--json")).Objects;

        Assert.Equal(Orders(1, 40), Ids(first));
        Assert.Equal(Orders(41, 10), Ids(second));
        Assert.Equal(["0", "1", "2", "3"], first.Where(IsChange).Select(l => l.GetProperty("partition").GetRawText()).Distinct().Order());
        Assert.All(one.Where(IsChange), line => Assert.Equal(2, line.GetProperty("partition").GetInt32()));

        static IEnumerable<string> Orders(int start, int count) => Enumerable.Range(start, count).Select(n => $"orders/{n}").Order(StringComparer.Ordinal);

        static IEnumerable<string?> Ids(IEnumerable<JsonElement> lines) =>
            lines.Where(IsChange).Select(l => l.GetProperty("id").GetString()).Order(StringComparer.Ordinal);

        static bool IsChange(JsonElement line) => line.GetProperty("type").GetString() == "mutation";
    }

    [Fact]
    public async Task Stream_Now_TellsWhatComesAndThePlaceAtCtrlC()
    {
        var database = await CreateAsync();
        await using var stream = SubsProcess.Start(server.Address, "stream", "-d", database, "--from-token", "now", "--json");
        var opened = JsonSerializer.Deserialize<JsonElement>((await stream.ReadLineAsync())!);
        await server.SubsAsync("put", "-d", database, "d", "{}");

        JsonElement line;
        do line = JsonSerializer.Deserialize<JsonElement>((await stream.ReadLineAsync())!);
        while (line.GetProperty("type").GetString() != "mutation");
        stream.Signal(SubsProcess.Interrupt);
        var result = await stream.WaitAsync();

        Assert.Equal(("opened", 4), (opened.GetProperty("type").GetString(), opened.GetProperty("seqno").GetInt32()));
        Assert.Equal("d", line.GetProperty("id").GetString());
        var last = result.Objects[^1];
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(("position", "interrupted"), (last.GetProperty("type").GetString(), last.GetProperty("end").GetString()));
        Assert.StartsWith("5-", last.GetProperty("resumeToken").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OlderBackupRestored_TellsTheRollbackAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var database = await CreateAsync();
        await server.SubsAsync("db", "backup", database, folder["shop.backup"]);
        await server.SubsAsync("put", "-d", database, "d", "{}");
        await using var stream = SubsProcess.Start(server.Address, "stream", "-d", database, "--json");
        await NextAsync(stream, "mutation", seqno: 5);

        var restored = await server.SubsAsync("db", "restore", database, folder["shop.backup"], "--replace");
        var rollback = await NextAsync(stream, "rollback");
        await server.SubsAsync("put", "-d", database, "e", "{}");
        var again = await NextAsync(stream, "mutation", seqno: 5);
        stream.Signal(SubsProcess.Interrupt);

        // All five came as one snapshot, of which nothing can be kept.
        Assert.Equal(0, restored.ExitCode);
        Assert.Equal(("beyond_branch", 5, 0), (rollback.GetProperty("reason").GetString(), rollback.GetProperty("fromSeqno").GetInt32(), rollback.GetProperty("seqno").GetInt32()));
        Assert.Equal(4, rollback.GetProperty("failoverLog")[0].GetProperty("startSeqno").GetInt32());
        Assert.Equal("e", again.GetProperty("id").GetString());
        Assert.Equal(0, (await stream.WaitAsync()).ExitCode);
    }

    [Theory]
    [InlineData("DATABASE_NOT_FOUND", 1, "stream", "-d", "nowhere", "--to-latest")]
    [InlineData("DATABASE_NOT_FOUND", 1, "partitions", "-d", "nowhere")]
    public async Task Any_NoSuchDatabase_IsToldWithTheReason(string reason, int exitCode, params string[] arguments)
    {
        var result = await server.SubsAsync([.. arguments, "--json"]);

        Assert.Equal((exitCode, reason), (result.ExitCode, result.ErrorObject.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Stream_NoSuchPartition_IsTold()
    {
        var database = await CreateAsync();

        var result = await server.SubsAsync("stream", "-d", database, "--to-latest", "--partition", "7", "--json");

        Assert.Equal((1, "PARTITION_NOT_FOUND"), (result.ExitCode, result.ErrorObject.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Partitions_Any_TellWhereTheyStand()
    {
        var database = await CreateAsync();

        var text = await server.SubsAsync("partitions", "-d", database);
        var partition = (await server.SubsAsync("partitions", "-d", database, "--json")).Object;

        Assert.Matches("^PARTITION +HIGH SEQNO +PURGED TO +BRANCHES, NEWEST FIRST *\n +0 +4 +0 +[0-9a-f]{16} from 0\n$", text.Output);
        Assert.Equal((0, 4), (partition.GetProperty("partition").GetInt32(), partition.GetProperty("highSeqno").GetInt32()));
        Assert.Equal(
            partition.GetProperty("branch").GetString(),
            Assert.Single(partition.GetProperty("failoverLog").EnumerateArray()).GetProperty("branch").GetString());
    }

    [Fact]
    public async Task Partitions_Watch_TellsThatSomethingIsNewer()
    {
        var database = await CreateAsync();
        await using var watch = SubsProcess.Start(server.Address, "partitions", "-d", database, "--watch", "--json");
        await watch.ReadLineAsync();
        await server.SubsAsync("put", "-d", database, "d", "{}");

        var told = JsonSerializer.Deserialize<JsonElement>((await watch.ReadLineAsync())!);
        watch.Signal(SubsProcess.Interrupt);

        Assert.Equal((0, 5), (told.GetProperty("partition").GetInt32(), told.GetProperty("highSeqno").GetInt32()));
        Assert.Equal(0, (await watch.WaitAsync()).ExitCode);
    }

    private static async Task<JsonElement> NextAsync(SubsProcess stream, string type, int? seqno = null)
    {
        while (true)
        {
            var line = JsonSerializer.Deserialize<JsonElement>((await stream.ReadLineAsync())!);
            if (line.GetProperty("type").GetString() == type && (seqno ?? line.GetProperty("seqno").GetInt32()) == line.GetProperty("seqno").GetInt32()) return line;
        }
    }

    // a at 1, c at 3 and b, deleted, at 4.
    private async Task<string> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await server.SubsAsync("put", "-d", database, "a", """{"Total":5}""", "--collection", "Orders");
        await server.SubsAsync("put", "-d", database, "b", """{"Total":8}""", "--collection", "Orders");
        await server.SubsAsync("put", "-d", database, "c", "{}", "--collection", "People");
        await server.SubsAsync("delete", "-d", database, "b");
        return database;
    }
}
