using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>Apart from the other tests of workers, as it kills the server under them.</summary>
public sealed class WorkRecoveryTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Work_ServerKilledAndStartedAgain_GoesOn()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(server.Address, "work", "ship", "-d", database, "--json");
        await worker.ReadLineAsync();
        var acked = await worker.ReadLineAsync();

        await server.KillAndRestartAsync();
        await server.WriteOrdersAsync(database, first: 2, count: 1);
        var next = await worker.ReadLineAsync();
        worker.Signal(SubsProcess.Interrupt);
        var ended = await worker.WaitAsync();

        Assert.StartsWith("{\"acked\":1,", acked, StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":\"orders/2\",", next, StringComparison.Ordinal);
        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("\"event\":\"disconnected\"", ended.Error, StringComparison.Ordinal);
        Assert.Contains("\"retryInMs\":", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_ServerKilledForGood_GivesUpAsUnreachable()
    {
        await using var own = new CliServer();
        await own.InitializeAsync();
        var database = await own.CreateSubscriptionAsync("ship", orders: 1);
        await using var worker = SubsProcess.Start(own.Address, "work", "ship", "-d", database, "--retry-seconds", "0", "--json");
        await worker.ReadLineAsync();
        await worker.ReadLineAsync();

        await own.KillAsync();
        var ended = await worker.WaitAsync();

        Assert.Equal(3, ended.ExitCode);
    }
}
