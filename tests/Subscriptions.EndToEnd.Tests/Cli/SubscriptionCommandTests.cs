using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class SubscriptionCommandTests(CliServer server) : IClassFixture<CliServer>
{
    private const string Query = "from Orders where Company = 'companies/11'";

    [Fact]
    public async Task Create_NewName_CreatesIt()
    {
        var database = await server.CreateDatabaseAsync();

        var created = await server.SubsAsync("subscription", "create", "ship", "-d", database, "--query", Query, "--include-deletes", "--json");
        var again = await server.SubsAsync("subscription", "create", "ship", "-d", database, "--query", Query, "--include-deletes");
        var other = await server.SubsAsync("subscription", "create", "ship", "-d", database, "--query", "from Orders");

        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        Assert.True(created.Object.GetProperty("created").GetBoolean());
        Assert.Equal(("ship", Query), (created.Object.GetProperty("name").GetString(), created.Object.GetProperty("query").GetString()));
        Assert.True(created.Object.GetProperty("includeDeletes").GetBoolean());
        Assert.Equal((0, $"subscription 'ship' exists already in '{database}', with this definition\n"), (again.ExitCode, again.Output));
        Assert.Equal(1, other.ExitCode);
        Assert.EndsWith("(SUBSCRIPTION_EXISTS)\n", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_QueryThatCannotBeParsed_TellsWhere()
    {
        var database = await server.CreateDatabaseAsync();

        var result = await server.SubsAsync("subscription", "create", "ship", "-d", database, "--query", "from Orders were 1", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("INVALID_QUERY", result.ErrorObject.GetProperty("reason").GetString());
        Assert.Equal("13", result.ErrorObject.GetProperty("metadata").GetProperty("column").GetString());
    }

    [Fact]
    public async Task List_Subscriptions_HasALineForEach()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);

        var text = await server.SubsAsync("subscription", "list", "-d", database);
        var json = await server.SubsAsync("subscription", "list", "-d", database, "--json");
        var none = await server.SubsAsync("subscription", "list", "-d", await server.CreateDatabaseAsync());

        Assert.Equal(2, text.Lines.Length);
        Assert.Matches("^ship +free +3 +never +from Orders$", text.Lines[1]);
        Assert.Equal(3, json.Object.GetProperty("lag").GetInt64());
        Assert.Equal((0, "", "no subscriptions\n"), (none.ExitCode, none.Output, none.Error));
    }

    [Fact]
    public async Task DisableAndEnable_Subscription_ClosesAndOpensItForWorkers()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);

        var disabled = await server.SubsAsync("subscription", "disable", "ship", "-d", database, "--json");
        var refused = await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained");
        var enabled = await server.SubsAsync("subscription", "enable", "ship", "-d", database);
        var worked = await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained");

        Assert.True(disabled.Object.GetProperty("disabled").GetBoolean());
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("(SUBSCRIPTION_DISABLED)\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal("subscription 'ship' is enabled\n", enabled.Output);
        Assert.Equal(0, worked.ExitCode);
    }

    [Fact]
    public async Task SetCursor_ToAnyForm_MovesIt()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);
        var worked = await server.SubsAsync("work", "ship", "-d", database, "--max-docs", "1", "--close-when-drained", "--json");
        var afterFirst = worked.Objects[1].GetProperty("changeVector").GetString()!;
        var atEnd = (await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json")).Object.GetProperty("resumeToken").GetString()!;

        Assert.Equal(3, await LagAfterAsync("beginning"));
        Assert.Equal(0, await LagAfterAsync("now"));
        Assert.Equal(2, await LagAfterAsync(afterFirst));
        Assert.Equal(0, await LagAfterAsync(atEnd));

        async Task<long> LagAfterAsync(string position)
        {
            var moved = await server.SubsAsync("subscription", "set-cursor", "ship", position, "-d", database, "--json");
            Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
            return moved.Object.GetProperty("lag").GetInt64();
        }
    }

    [Fact]
    public async Task DropWorker_ByName_EndsThatOneForGood()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--worker", "packer", "--json");
        await worker.ReadLineAsync();

        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");
        var none = await server.SubsAsync("subscription", "drop-worker", "ship", "-d", database, "--worker", "nobody");
        var dropped = await server.SubsAsync("subscription", "drop-worker", "ship", "-d", database, "--worker", "packer", "--json");
        var ended = await worker.WaitAsync();

        Assert.Equal("packer", shown.Object.GetProperty("workers")[0].GetProperty("name").GetString());
        Assert.Equal("0 workers dropped\n", none.Output);
        Assert.Equal(1, dropped.Object.GetProperty("dropped").GetInt32());
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("\"reason\":\"DROPPED\"", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Subscription_LeavesNone()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 0);

        var deleted = await server.SubsAsync("subscription", "delete", "ship", "-d", database);
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database);

        Assert.Equal((0, "subscription 'ship' deleted\n"), (deleted.ExitCode, deleted.Output));
        Assert.Equal(1, shown.ExitCode);
        Assert.EndsWith("(SUBSCRIPTION_NOT_FOUND)\n", shown.Error, StringComparison.Ordinal);
    }
}
