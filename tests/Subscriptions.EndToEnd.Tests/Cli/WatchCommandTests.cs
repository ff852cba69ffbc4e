using System.Text.Json;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class WatchCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Watch_Json_HasAnObjectForEachEventAndEndsWellWithCtrlC()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);
        await using var watch = SubsProcess.Start(server.Address, "subscription", "watch", "ship", "-d", database, "--json");
        var snapshot = await NextAsync(watch, "snapshot");
        await server.SubsAsync("work", "ship", "-d", database, "--worker", "w1", "--close-when-drained");

        var batch = await NextAsync(watch, "batch", e => e.GetProperty("state").GetString() == "confirmed");
        var ended = await NextAsync(watch, "connection", e => e.GetProperty("state").GetString() == "finished");
        var figures = await NextAsync(watch, "figures", e => e.GetProperty("lag").GetInt64() == 0);
        watch.Signal(SubsProcess.Interrupt);
        var result = await watch.WaitAsync();

        Assert.Equal((3, 0), (snapshot.GetProperty("lag").GetInt64(), snapshot.GetProperty("batches").GetArrayLength()));
        Assert.Equal(("w1", 3), (batch.GetProperty("worker").GetString(), batch.GetProperty("items").GetInt32()));
        Assert.True(batch.GetProperty("sendingAt").GetDateTimeOffset() <= batch.GetProperty("ackedAt").GetDateTimeOffset());
        Assert.Equal(("w1", 3), (ended.GetProperty("worker").GetString(), ended.GetProperty("items").GetInt32()));
        Assert.Equal(1, figures.GetProperty("counts").GetProperty("acks").GetInt32());
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Watch_Text_IsALineAnEvent()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var watch = SubsProcess.Start(server.Address, "subscription", "watch", "ship", "-d", database);
        Assert.EndsWith("lag 1 change, 0 items sent, 0 batches acked, 0 in flight, 0 retries, 0 dead letters", await watch.ReadLineAsync(), StringComparison.Ordinal);
        await server.SubsAsync("work", "ship", "-d", database, "--worker", "w1", "--close-when-drained");

        string? line;
        do line = await watch.ReadLineAsync();
        while (line?.Contains("batch 1 of w1 confirmed: 1 item, ", StringComparison.Ordinal) == false);

        Assert.Matches("^[0-9:.]{12}  batch 1 of w1 confirmed: 1 item, .* sent in .*, acked after ", line);
        Assert.DoesNotContain('\u001b', line!);
    }

    [Fact]
    public async Task Watch_UnknownSubscription_IsToldInOneLine()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 0);

        var result = await server.SubsAsync("subscription", "watch", "nope", "-d", database);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("(SUBSCRIPTION_NOT_FOUND)\n", result.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> NextAsync(SubsProcess watch, string name, Predicate<JsonElement>? isMeant = null)
    {
        while (await watch.ReadLineAsync().Within() is { } line)
        {
            var happening = JsonSerializer.Deserialize<JsonElement>(line);
            if (happening.GetProperty("event").GetString() == name && isMeant?.Invoke(happening) != false) return happening;
        }

        throw new InvalidOperationException($"The watch ended before {name}.");
    }
}
