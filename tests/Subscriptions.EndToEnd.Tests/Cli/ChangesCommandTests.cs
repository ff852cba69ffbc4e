using System.Text.Json;
using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class ChangesCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Changes_Text_IsALineAChangeAndTellsWhereToGoOn()
    {
        var database = await CreateAsync();
        await server.SubsAsync("delete", "-d", database, "b");

        var all = await server.SubsAsync("changes", database, "--include-docs");
        var place = all.Error.Split("--since ")[1].Trim();
        var rest = await server.SubsAsync("changes", "-d", database, "--since", place);

        Assert.Equal(0, all.ExitCode);
        Assert.Matches(
            """^[0-9: -]{19}Z  put     a  seqno 1  Orders  \{"Total":5\}\n[0-9: -]{19}Z  put     c  seqno 3  People  \{\}\n[0-9: -]{19}Z  delete  b  seqno 4  Orders\n$""",
            all.Output);
        Assert.StartsWith("3 changes, which is all there is; for later ones go on with --since 4-", all.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (rest.ExitCode, rest.Output));
        Assert.StartsWith("0 changes", rest.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a c", "--selector", """{"$or":[{"Total":5},{"_id":"c"}]}""")]
    [InlineData("b", "--filter", "from Orders where Total > $least", "--param", "least=5")]
    [InlineData("c", "--collection", "People")]
    [InlineData("a c", "--ids", "a", "c")]
    [InlineData("c b", "--descending", "--limit", "2")]
    [InlineData("b c", "--since", "1")]
    public async Task Changes_Options_SayWhich(string ids, params string[] options)
    {
        var database = await CreateAsync();

        var result = await server.SubsAsync(["changes", database, "--json", .. options]);

        var lines = result.Output.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(ids, string.Join(' ', lines[..^1].Select(l => l.GetProperty("id").GetString())));
        Assert.Equal(lines.Count - 1, lines[^1].GetProperty("changes").GetInt32());
        Assert.False(lines[0].TryGetProperty("content", out _));
    }

    [Fact]
    public async Task Follow_Json_TellsEachChangeAsItComesAndItsPlaceAtCtrlC()
    {
        var database = await CreateAsync();
        await using var feed = SubsProcess.Start(server.Address, "changes", database, "--follow", "--since", "now", "--include-docs", "--json");
        await CaughtUpAsync(database, feed);
        await server.SubsAsync("put", "-d", database, "d", """{ "Total": 7 }""");

        JsonElement row;
        do row = JsonSerializer.Deserialize<JsonElement>((await feed.ReadLineAsync())!);
        while (row.GetProperty("id").GetString() != "d");
        feed.Signal(SubsProcess.Interrupt);
        var result = await feed.WaitAsync();

        Assert.Equal(("put", """{"Total":7}"""), (row.GetProperty("kind").GetString(), row.GetProperty("content").GetRawText()));
        var last = JsonSerializer.Deserialize<JsonElement>(result.Output.TrimEnd('\n').Split('\n')[^1]);
        Assert.Equal(("interrupted", row.GetProperty("resumeToken").GetString()), (last.GetProperty("end").GetString(), last.GetProperty("resumeToken").GetString()));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Changes_BadQuery_IsToldInOneLine()
    {
        var database = await CreateAsync();

        var result = await server.SubsAsync("changes", database, "--filter", "from Orders where");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches("^subs: filter.query.query: line 1, column 18: .* \\(INVALID_QUERY\\)\n$", result.Error);
    }

    // A change is seen once the feed follows: one is made again and again until then.
    private async Task CaughtUpAsync(string database, SubsProcess feed)
    {
        var first = feed.ReadLineAsync();
        while (!first.IsCompleted) await server.SubsAsync("put", "-d", database, "probe", "{}");
        await first;
    }

    // Orders a (5) and b (9), and a person c.
    private async Task<string> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await using var client = new SubscriptionsClient(server.Address);
        await client.Documents.WriteAsync(
            database,
            [
                DocumentOperation.PutJson("a", """{"Total":5}"""u8.ToArray(), "Orders"),
                DocumentOperation.PutJson("b", """{"Total":9}"""u8.ToArray(), "Orders"),
                DocumentOperation.PutJson("c", "{}"u8.ToArray(), "People"),
            ],
            TestContext.Current.CancellationToken);
        return database;
    }
}
