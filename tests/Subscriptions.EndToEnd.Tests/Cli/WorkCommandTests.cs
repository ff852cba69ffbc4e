using System.Text.Json;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class WorkCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Work_Json_HasALineForEachItemAndAck()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);

        var result = await server.SubsAsync("work", "ship", "-d", database, "--max-docs", "2", "--close-when-drained", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(5, result.Objects.Length);
        var (item, ack, last) = (result.Objects[0], result.Objects[2], result.Objects[4]);
        Assert.Equal(("orders/1", 1, 1), (item.GetProperty("id").GetString(), item.GetProperty("seqno").GetInt32(), item.GetProperty("attempt").GetInt32()));
        Assert.Equal(1, item.GetProperty("content").GetProperty("Number").GetInt32());
        Assert.Equal(("Orders", "put"), (item.GetProperty("collection").GetString(), item.GetProperty("kind").GetString()));
        Assert.Equal((2, 1), (ack.GetProperty("acked").GetInt32(), last.GetProperty("acked").GetInt32()));
        Assert.Matches("^p0:2-[0-9a-f]{16}$", ack.GetProperty("changeVector").GetString());
        Assert.All(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("{\"event\":", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_Text_NamesBatchesItemsAndAcks()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);

        var result = await server.SubsAsync("work", "ship", "-d", database, "--close-when-drained");

        Assert.Equal(3, result.Lines.Length);
        Assert.Equal("batch 1: 1 item", result.Lines[0]);
        Assert.Equal("  orders/1  seqno 1  {\"Number\":1}", result.Lines[1]);
        Assert.StartsWith("acked up to p0:1-", result.Lines[2], StringComparison.Ordinal);
        Assert.Contains("caught up\n", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output + result.Error);
    }

    [Fact]
    public async Task Work_Deletion_HasNoContent()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await server.SubsAsync("subscription", "create", "gone", "-d", database, "--query", "from Orders", "--include-deletes");
        await server.SubsAsync("delete", "orders/1", "-d", database);

        var result = await server.SubsAsync("work", "gone", "-d", database, "--close-when-drained", "--json");

        Assert.Equal(JsonValueKind.Null, result.Objects[0].GetProperty("content").ValueKind);
        Assert.Equal("delete", result.Objects[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Work_KilledBetweenBatches_GoesOnWhereItsAcksEnded()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 40);
        await using var first = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--max-docs", "2", "--json");
        while (await first.ReadLineAsync() is { } line && !line.StartsWith("{\"acked\"", StringComparison.Ordinal))
        {
        }

        first.Kill();
        var killed = await first.WaitAsync();
        var second = await server.SubsAsync("work", "ship", "-d", database, "--strategy", "wait", "--close-when-drained", "--json");

        // The last line may have been cut off by the kill.
        var (shownFirst, ackedFirst) = Read(killed.Output[..(killed.Output.LastIndexOf('\n') + 1)]);
        var (shownSecond, _) = Read(second.Output);
        Assert.NotEmpty(ackedFirst);
        Assert.Equal(0, second.ExitCode);
        Assert.Empty(ackedFirst.Intersect(shownSecond));
        Assert.Equal(40, shownFirst.Union(shownSecond).Count());
    }

    [Theory]
    [InlineData(SubsProcess.Interrupt, 130)]
    [InlineData(SubsProcess.Terminate, 143)]
    public async Task Work_Signalled_LeavesTheSubscriptionFree(int signal, int exitCode)
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--json");
        await worker.ReadLineAsync();
        await worker.ReadLineAsync();

        worker.Signal(signal);
        var ended = await worker.WaitAsync();
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.DoesNotContain("error", ended.Error, StringComparison.Ordinal);
        Assert.Equal(0, shown.Object.GetProperty("workers").GetArrayLength());
        Assert.Equal(0, shown.Object.GetProperty("lag").GetInt64());
    }

    [Fact]
    public async Task Work_NobodyReadsAnyMore_EndsWithoutAnAck()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--json");
        await worker.ReadLineAsync();
        await worker.ReadLineAsync();

        worker.StopReading();
        await server.WriteOrdersAsync(database, first: 2, count: 1);
        var ended = await worker.WaitAsync();
        var shown = await server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");

        Assert.Equal(141, ended.ExitCode);
        Assert.Equal(1, shown.Object.GetProperty("lag").GetInt64());
    }

    [Fact]
    public async Task Work_HeldByAnother_DoesWhatItsStrategySays()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var holder = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--worker", "holder", "--json");
        await holder.ReadLineAsync();
        await holder.ReadLineAsync();

        var refused = await server.SubsAsync("work", "ship", "-d", database, "--json");
        await using var taker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--worker", "taker", "--strategy", "take-over", "--json");
        var lost = await holder.WaitAsync();

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("\"reason\":\"IN_USE\"", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\"holder\":\"holder\"", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("\"reason\":\"TAKEN_OVER\"", lost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_NoSuchSubscription_EndsAtOnce()
    {
        var database = await server.CreateDatabaseAsync();

        var result = await server.SubsAsync("work", "nope", "-d", database);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("(SUBSCRIPTION_NOT_FOUND)\n", result.Error, StringComparison.Ordinal);
    }

    private static (IReadOnlySet<string> Shown, IReadOnlySet<string> Acked) Read(string output)
    {
        var shown = new HashSet<string>();
        var acked = new HashSet<string>();
        foreach (var line in new SubsResult(0, output, "").Objects)
        {
            if (line.TryGetProperty("id", out var id)) shown.Add(id.GetString()!);
            else acked.UnionWith(shown);
        }

        return (shown, acked);
    }
}
