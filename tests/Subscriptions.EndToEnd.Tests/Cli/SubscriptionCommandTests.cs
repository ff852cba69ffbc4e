using System.Text.Json;
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
        Assert.Matches("^ship +free +3 +0 +0 +never +from Orders$", text.Lines[1]);
        Assert.Equal(3, json.Object.GetProperty("lag").GetInt64());
        Assert.Equal((0, "", "no subscriptions\n"), (none.ExitCode, none.Output, none.Error));
    }

    [Fact]
    public async Task List_Filters_ShowThoseThatAreMeant()
    {
        var database = await server.CreateSubscriptionAsync("ship-1", orders: 0);
        await server.SubsAsync("subscription", "create", "Ship-2", "-d", database, "--query", "from Orders", "--disabled");
        await server.SubsAsync("subscription", "create", "bill", "-d", database, "--query", "from Orders");

        Assert.Equal(["ship-1", "Ship-2"], await NamesAsync("--prefix", "SHIP"));
        Assert.Equal(["Ship-2"], await NamesAsync("--disabled"));
        Assert.Equal(["bill", "ship-1"], await NamesAsync("--enabled"));
        Assert.Equal(["bill", "ship-1", "Ship-2"], await NamesAsync("--free"));
        Assert.Empty(await NamesAsync("--connected"));

        async Task<IEnumerable<string?>> NamesAsync(params string[] filter)
        {
            var list = await server.SubsAsync(["subscription", "list", "-d", database, "--json", .. filter]);
            Assert.Equal((0, ""), (list.ExitCode, list.Error));
            return list.Objects.Select(o => o.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task Create_WithPolicyAndParameters_ShowsThem()
    {
        var database = await server.CreateDatabaseAsync();

        var created = await server.SubsAsync(
            "subscription", "create", "ship", "-d", database, "--query", "from Orders where Total > $least and Company = $company", "--param", "least=1.50",
            "--param", "$company=\"companies/11\"", "--retry-max-attempts", "3", "--retry-initial", "500ms", "--retry-max", "1h", "--on-exhausted", "stop",
            "--on-script-error", "retry", "--ack-timeout", "30s", "--json");
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database);

        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        Assert.Equal("""{"least":1.50,"company":"companies/11"}""", created.Object.GetProperty("parameters").GetRawText());
        Assert.Equal(30_000, created.Object.GetProperty("ackTimeoutMs").GetInt64());
        Assert.Equal(
            """{"maxAttempts":3,"initialBackoffMs":500,"maxBackoffMs":3600000,"onExhausted":"stop","onScriptError":"retry"}""",
            created.Object.GetProperty("retryPolicy").GetRawText());
        Assert.Contains("3 attempts, waits of 500ms to 1h, then stop; on a script's error retry\n", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_SomeFields_LeavesTheOthers()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);

        var changed = await server.SubsAsync(
            "subscription", "update", "ship", "-d", database, "--retry-max-attempts", "7", "--include-deletes", "true", "--ack-timeout", "5min", "--json");
        var again = await server.SubsAsync("subscription", "update", "ship", "-d", database, "--on-exhausted", "stop", "--ack-timeout", "none", "--json");
        var same = await server.SubsAsync("subscription", "update", "ship", "-d", database, "--include-deletes", "true");

        Assert.Equal((true, false), (changed.Object.GetProperty("changed").GetBoolean(), changed.Object.GetProperty("created").GetBoolean()));
        Assert.Equal(300_000, changed.Object.GetProperty("ackTimeoutMs").GetInt64());
        var policy = again.Object.GetProperty("retryPolicy");
        Assert.Equal((7, "stop"), (policy.GetProperty("maxAttempts").GetInt32(), policy.GetProperty("onExhausted").GetString()));
        Assert.True(again.Object.GetProperty("includeDeletes").GetBoolean());
        Assert.Equal(JsonValueKind.Null, again.Object.GetProperty("ackTimeoutMs").ValueKind);
        Assert.Equal("subscription 'ship' is like that already\n", same.Output);
    }

    [Fact]
    public async Task Update_Missing_IsCreatedOnlyWhenThatWasAskedFor()
    {
        var database = await server.CreateDatabaseAsync();

        var refused = await server.SubsAsync("subscription", "update", "ship", "-d", database, "--query", "from Orders");
        var created = await server.SubsAsync(
            "subscription", "update", "ship", "-d", database, "--query", "from Orders", "--create", "--retry-max-attempts", "2", "--cursor", "now");

        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("(SUBSCRIPTION_NOT_FOUND)\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"subscription 'ship' created in '{database}'\n"), (created.ExitCode, created.Output));
    }

    [Fact]
    public async Task Rename_Subscription_KeepsItsProgress()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 2);
        await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained");

        var renamed = await server.SubsAsync("subscription", "rename", "ship", "Versand", "-d", database, "--json");
        var taken = await server.SubsAsync("subscription", "create", "other", "-d", database, "--query", "from Orders");
        var refused = await server.SubsAsync("subscription", "rename", "other", "VERSAND", "-d", database);

        Assert.Equal(("Versand", 0), (renamed.Object.GetProperty("name").GetString(), renamed.Object.GetProperty("lag").GetInt64()));
        Assert.Equal(0, taken.ExitCode);
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("(SUBSCRIPTION_EXISTS)\n", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_Query_ShowsItemsAndWhereItStopped()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);

        var part = await server.SubsAsync("subscription", "try", "from Orders where Number >= $n", "--param", "n=2", "-d", database, "--limit", "1", "--json");
        var from = part.Objects[^1].GetProperty("resumeToken").GetString()!;
        var rest = await server.SubsAsync("subscription", "try", "from Orders", "-d", database, "--from", from, "--max-time", "2s");
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");

        Assert.Equal(2, part.Objects.Length);
        Assert.Equal("orders/2", part.Objects[0].GetProperty("id").GetString());
        var end = part.Objects[1];
        Assert.Equal((1, 2, false), (end.GetProperty("items").GetInt32(), end.GetProperty("scanned").GetInt64(), end.GetProperty("complete").GetBoolean()));
        Assert.Equal((0, "  orders/3  seqno 3  {\"Number\":3}\n", "1 item in 1 change; that is all there is\n"), (rest.ExitCode, rest.Output, rest.Error));
        Assert.Equal(3, shown.Object.GetProperty("lag").GetInt64());
    }

    [Fact]
    public async Task Try_QueryThatCannotBeParsed_TellsWhere()
    {
        var database = await server.CreateDatabaseAsync();

        var result = await server.SubsAsync("subscription", "try", "from Orders were 1", "-d", database);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("subs: query: line 1, column 13: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DropWorker_ByToken_EndsThatOne()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--json");
        await worker.ReadLineAsync();
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");
        var token = shown.Object.GetProperty("workers")[0].GetProperty("fencingToken").GetInt64();

        var none = await server.SubsAsync("subscription", "drop-worker", "ship", "-d", database, "--token", $"{token + 1}");
        var dropped = await server.SubsAsync("subscription", "drop-worker", "ship", "-d", database, "--token", $"{token}");

        Assert.Equal(("0 workers dropped\n", "1 worker dropped\n"), (none.Output, dropped.Output));
        Assert.Equal(1, (await worker.WaitAsync()).ExitCode);
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
