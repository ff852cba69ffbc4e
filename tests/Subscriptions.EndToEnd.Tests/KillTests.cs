using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Kills;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests;

/// <summary>The whole path, from writers to a worker, while the server program is killed again and again.</summary>
[Trait("Category", "Crash")]
public sealed class KillTests
{
    private const int TimeLimit = 3_600_000;
    private const int MaxAhead = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileAWorkerWorks_NothingIsLostAndNoConfirmedWorkComesBack()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ServerProcess(folder["data"]);
        await server.StartAsync();
        await using var client = new SubscriptionsClient(server.Address);
        await client.Databases.CreateAsync("shop", partitionCount: 3, cancellationToken: Cancellation);
        await client.Subscriptions.CreateAsync("shop", new SubscriptionDefinition("ship", "from Orders"), cancellationToken: Cancellation);
        var random = new Random(KillSettings.Seed());
        var writer = new OrderWriter(client, "shop", random);
        var reader = new OrderReader(client, "shop", "ship");
        using var stopWriting = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writing = writer.RunAsync(() => writer.Confirmed.Count > reader.Confirmed.Count + MaxAhead, stopWriting.Token);
        var reading = reader.RunAsync(closeWhenDrained: false, stopReading.Token);

        var kills = KillSettings.Kills(byDefault: 6);
        for (var kill = 0; kill < kills; kill++)
        {
            var goal = reader.Confirmed.Count + random.Next(1, 400);
            await UntilAsync(() => reader.Confirmed.Count >= goal || reading.IsCompleted || writing.IsCompleted, server);
            await server.KillAsync();
            await server.StartAsync();
        }

        await stopWriting.CancelAsync();
        await writing.Within(Patience);
        await UntilAsync(() => reading.IsCompleted || writer.Confirmed.Values.All(reader.Acked.ContainsKey), server);
        await stopReading.CancelAsync();
        await reading.Within(Patience);
        await reader.RunAsync(closeWhenDrained: true, Cancellation).Within(Patience);

        Assert.Empty(reader.Violations);
        Assert.NotEmpty(writer.Confirmed);
        Assert.All(writer.Confirmed, order => Assert.True(reader.Acked.ContainsKey(order.Value), $"{order} was lost."));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills: {writer.Confirmed.Count} orders, {reader.Confirmed.Count} changes confirmed, {reader.Leases} leases");
    }

    private static async Task UntilAsync(Func<bool> condition, ServerProcess server)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"It did not happen within {Patience}. The server's last words:\n{server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        }
    }
}
