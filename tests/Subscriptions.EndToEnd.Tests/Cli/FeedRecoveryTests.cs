using System.Text.Json;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class FeedRecoveryTests
{
    [Theory]
    [InlineData("changes", "--follow")]
    [InlineData("stream")]
    public async Task Follow_ServerKilledForGood_GivesUpAsUnreachableAndTellsWhereToGoOn(params string[] command)
    {
        await using var own = new CliServer();
        await own.InitializeAsync();
        var database = await own.CreateSubscriptionAsync("ship", orders: 1);
        await using var feed = SubsProcess.Start(own.Address, [.. command, "-d", database, "--retry-seconds", "0", "--json"]);
        var line = string.Empty;
        while (!line.Contains("orders/1", StringComparison.Ordinal)) line = (await feed.ReadLineAsync())!;

        await own.KillAsync();
        var ended = await feed.WaitAsync();

        Assert.Equal(3, ended.ExitCode);
        var last = ended.Objects[^1];
        Assert.Equal((1, "interrupted"), (last.GetProperty("changes").GetInt32(), last.GetProperty("end").GetString()));
        Assert.Equal(
            JsonSerializer.Deserialize<JsonElement>(line).GetProperty("resumeToken").GetString(), last.GetProperty("resumeToken").GetString());
    }
}
