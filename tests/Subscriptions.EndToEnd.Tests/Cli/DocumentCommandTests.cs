using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class DocumentCommandTests(CliServer server) : IClassFixture<CliServer>
{
    // Layout, an escape, a number that no double holds, and a member that stands there twice.
    private const string Content = "{\"a\" : [1,\n 2],\t\"n\": 12345678901234567890.10, \"e\": \"\\u00e9\\\" é\", \"a\": {}}";
    private const string ContentOnOneLine = "{\"a\":[1,2],\"n\":12345678901234567890.10,\"e\":\"\\u00e9\\\" é\",\"a\":{}}";

    [Fact]
    public async Task Put_ThenGet_GivesTheContentAsItWasWritten()
    {
        var database = await server.CreateDatabaseAsync();

        var put = await server.SubsAsync("put", "-d", database, "orders/1", Content, "--collection", "Orders", "--json");
        var text = await server.SubsAsync("get", "-d", database, "orders/1");
        var json = await server.SubsAsync("get", "-d", database, "orders/1", "--json");

        Assert.Equal((0, ""), (put.ExitCode, put.Error));
        Assert.Equal(1, put.Object.GetProperty("seqno").GetInt64());
        Assert.StartsWith("1-", put.Object.GetProperty("revision").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, Content + "\n", ""), (text.ExitCode, text.Output, text.Error));
        Assert.Equal("Orders", json.Object.GetProperty("collection").GetString());
        Assert.Contains($"\"content\":{ContentOnOneLine},", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_FromStandardInput_TakesAllOfIt()
    {
        var database = await server.CreateDatabaseAsync();

        var put = await SubsProcess.RunAsync(server.Address, "{\"x\":\n\"é\"}\n", ["put", "-d", database, "x", "-"]);
        var get = await server.SubsAsync("get", "-d", database, "x");

        Assert.Equal(0, put.ExitCode);
        Assert.Equal("{\"x\":\n\"é\"}\n\n", get.Output);
    }

    [Fact]
    public async Task Put_IdsThatLookLikeSomethingElse_AreTakenAsTheyAre()
    {
        var database = await server.CreateDatabaseAsync();

        var at = await server.SubsAsync("put", "-d", database, "@file", "{}");
        var dash = await server.SubsAsync("put", "-d", database, "--", "-x", "{}");

        Assert.Equal((0, 0), (at.ExitCode, dash.ExitCode));
        Assert.Equal(0, (await server.SubsAsync("get", "-d", database, "@file")).ExitCode);
        Assert.Equal(0, (await server.SubsAsync("get", "-d", database, "--", "-x")).ExitCode);
    }

    [Fact]
    public async Task Put_ExpectationsThatDoNotHold_ChangeNothing()
    {
        var database = await server.CreateDatabaseAsync();
        await server.SubsAsync("put", "-d", database, "x", "{\"v\":1}");

        var asNew = await server.SubsAsync("put", "-d", database, "x", "{\"v\":2}", "--new");
        var atOther = await server.SubsAsync("put", "-d", database, "x", "{\"v\":3}", "--revision", $"7-{new string('a', 32)}", "--json");

        Assert.Equal((1, 1), (asNew.ExitCode, atOther.ExitCode));
        Assert.EndsWith("(REVISION_CONFLICT)\n", asNew.Error, StringComparison.Ordinal);
        Assert.StartsWith("1-", atOther.ErrorObject.GetProperty("metadata").GetProperty("current_revision").GetString(), StringComparison.Ordinal);
        Assert.Equal("{\"v\":1}\n", (await server.SubsAsync("get", "-d", database, "x")).Output);
    }

    [Fact]
    public async Task Put_NoJson_IsRefusedWithItsPlace()
    {
        var database = await server.CreateDatabaseAsync();

        var result = await server.SubsAsync("put", "-d", database, "x", "{\"a\":tru}");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("subs: content of 'x' is not valid JSON", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_WithExpiry_IsToldByGet()
    {
        var database = await server.CreateDatabaseAsync();

        await server.SubsAsync("put", "-d", database, "x", "{}", "--expires-at", "2130-01-31T12:00:00Z");

        var json = await server.SubsAsync("get", "-d", database, "x", "--json");
        Assert.Equal("2130-01-31T12:00:00Z", json.Object.GetProperty("expiresAt").GetString());
    }

    [Fact]
    public async Task Delete_Document_LeavesNone()
    {
        var database = await server.CreateDatabaseAsync();
        await server.SubsAsync("put", "-d", database, "x", "{}");

        var deleted = await server.SubsAsync("delete", "-d", database, "x", "--json");
        var again = await server.SubsAsync("delete", "-d", database, "x");
        var got = await server.SubsAsync("get", "-d", database, "x", "--json");

        Assert.True(deleted.Object.GetProperty("deleted").GetBoolean());
        Assert.Equal(2, deleted.Object.GetProperty("seqno").GetInt64());
        Assert.Equal((1, 1), (again.ExitCode, got.ExitCode));
        Assert.Contains("(DOCUMENT_NOT_FOUND)", again.Error, StringComparison.Ordinal);
        Assert.Equal("DOCUMENT_NOT_FOUND", got.ErrorObject.GetProperty("reason").GetString());
    }
}
