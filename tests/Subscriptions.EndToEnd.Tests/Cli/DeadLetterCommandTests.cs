using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class DeadLetterCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task List_DeadLetters_TellsWhatFailedAndWhy()
    {
        var database = await FailedAsync(orders: 2, attempts: 1);

        var text = await server.SubsAsync("dead-letters", "list", "ship", "-d", database);
        var json = await server.SubsAsync("dead-letters", "list", "ship", "-d", database, "--json");
        var retries = await server.SubsAsync("dead-letters", "retries", "ship", "-d", database);

        Assert.Equal(3, text.Lines.Length);
        Assert.Matches("^orders/1 +1 +1 +[-0-9]{10} [:0-9]{8}Z +packer +no stock$", text.Lines[1]);
        var item = json.Objects[1];
        Assert.Equal(("orders/2", 2, 1), (item.GetProperty("id").GetString(), item.GetProperty("seqno").GetInt64(), item.GetProperty("attempts").GetInt32()));
        Assert.Equal(("no stock", "packer"), (item.GetProperty("reason").GetString(), item.GetProperty("worker").GetString()));
        Assert.False(item.TryGetProperty("dueAt", out _));
        Assert.Equal((0, "", "nothing waits for another try\n"), (retries.ExitCode, retries.Output, retries.Error));
    }

    [Fact]
    public async Task Retries_ItemsWithAttemptsLeft_TellWhenTheyAreDue()
    {
        var database = await FailedAsync(orders: 1, attempts: 5);

        var retries = await server.SubsAsync("dead-letters", "retries", "ship", "-d", database, "--json");
        var letters = await server.SubsAsync("dead-letters", "list", "ship", "-d", database);
        var listed = await server.SubsAsync("subscription", "list", "-d", database);

        Assert.True(retries.Object.GetProperty("dueAt").GetDateTimeOffset() > retries.Object.GetProperty("lastFailedAt").GetDateTimeOffset());
        Assert.Equal("no dead letters\n", letters.Error);
        Assert.Matches("^ship +free +0 +1 +0 ", listed.Lines[1]);
    }

    [Fact]
    public async Task Replay_OneThenAll_DeliversThemAgain()
    {
        var database = await FailedAsync(orders: 3, attempts: 1);

        var one = await server.SubsAsync("dead-letters", "replay", "ship", "orders/2", "orders/9", "-d", database);
        var first = await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained", "--json");
        var rest = await server.SubsAsync("dead-letters", "replay", "ship", "--all", "-d", database, "--json");
        var second = await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained", "--json");

        Assert.Equal("1 dead letter to be delivered again\n", one.Output);
        Assert.Equal(["orders/2"], Ids(first));
        Assert.Equal(2, rest.Object.GetProperty("replayed").GetInt64());
        Assert.Equal(["orders/1", "orders/3"], Ids(second).Order());
    }

    [Fact]
    public async Task Discard_OneThenAll_ForgetsThem()
    {
        var database = await FailedAsync(orders: 3, attempts: 1);

        var one = await server.SubsAsync("dead-letters", "discard", "ship", "orders/2", "-d", database, "--json");
        var rest = await server.SubsAsync("dead-letters", "discard", "ship", "--all", "-d", database);
        var left = await server.SubsAsync("dead-letters", "list", "ship", "-d", database);

        Assert.Equal(1, one.Object.GetProperty("discarded").GetInt64());
        Assert.Equal("2 dead letters discarded\n", rest.Output);
        Assert.Equal((0, "", "no dead letters\n"), (left.ExitCode, left.Output, left.Error));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("retries")]
    [InlineData("replay", "--all")]
    [InlineData("discard", "--all")]
    public async Task AnyCommand_NoSuchSubscription_IsRefused(string command, params string[] options)
    {
        var database = await server.CreateDatabaseAsync();

        var result = await server.SubsAsync(["dead-letters", command, "nope", "-d", database, .. options]);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("(SUBSCRIPTION_NOT_FOUND)\n", result.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Ids(SubsResult result) =>
        result.Objects.Where(o => o.TryGetProperty("id", out _)).Select(o => o.GetProperty("id").GetString());

    private async Task<string> FailedAsync(int orders, int attempts)
    {
        var database = await server.CreateSubscriptionAsync("ship", orders);
        await server.SubsAsync("subscription", "update", "ship", "-d", database, "--retry-max-attempts", $"{attempts}", "--retry-initial", "1h", "--retry-max", "1h");
        await server.FailAllAsync(database, "ship", "no stock");
        return database;
    }
}
