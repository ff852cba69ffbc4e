using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

/// <summary>Where a trial of a query stops, and what it brings along.</summary>
public sealed class QueryTrialTests : IAsyncDisposable
{
    private static readonly QueryTrialOptions Options = new(1000, TimeSpan.FromSeconds(5));

    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TimeIsUp_StopsWhereItIsAndGoesOnFromThere()
    {
        var database = await OpenAsync([.. Enumerable.Range(1, 10).Select(i => ($"orders/{i}", "{}"))]);
        var seen = new List<string>();
        var start = ResumeToken.Beginning;
        var rounds = 0;
        QueryTrialResult result;
        do
        {
            // A second goes by with each look at the clock.
            result = await RunAsync(database, "from Orders", Options with { MaxTime = TimeSpan.FromSeconds(3) }, start, new TickingTime(TimeSpan.FromSeconds(1)));
            Assert.InRange(result.Scanned, 1, 3);
            seen.AddRange(result.Items.Select(i => i.Id));
            start = result.Token;
            rounds++;
        }
        while (!result.IsComplete);

        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"orders/{i}"), seen);
        Assert.Equal(4, rounds);
    }

    [Fact]
    public async Task Run_LimitReachedByTheLastChange_IsComplete()
    {
        var database = await OpenAsync(("orders/1", "{}"), ("orders/2", "{}"));

        var result = await RunAsync(database, "from Orders", Options with { MaxItems = 2 });

        Assert.Equal((2, 2L, true), (result.Items.Count, result.Scanned, result.IsComplete));
    }

    [Fact]
    public async Task Run_IncludesThatDoNotFit_AreLeftOutOfAnItemThatComesAlone()
    {
        var large = $$"""{"x":"{{new string('x', 5000)}}"}""";
        var database = await OpenAsync(("c/1", large), ("c/2", "{}"), ("orders/1", """{"Ids":["c/1","c/2"]}"""), ("orders/2", """{"Ids":["c/2"]}"""));

        var result = await RunAsync(database, "from Orders as o where startsWith(id(), 'orders/') include o.Ids[]", Options with { MaxBytes = 1000 });

        Assert.Equal(["orders/1", "orders/2"], result.Items.Select(i => i.Id));
        Assert.Equal(["c/2"], result.Includes.Select(i => i.Id));
    }

    [Fact]
    public async Task Run_IncludesThatAreNoIds_AreLeftOut()
    {
        var ids = string.Join(",", new[] { "", "_local/x", "c/none", new string('x', 513), new string('é', 300), "orders/1" }.Select(id => $"\"{id}\""));
        var database = await OpenAsync(("orders/1", $$"""{"Ids":[{{ids}}, 7, null]}"""));

        var result = await RunAsync(database, "from Orders as o include o.Ids[]", Options);

        Assert.Equal("orders/1", Assert.Single(result.Includes).Id);
    }

    [Fact]
    public async Task Run_Cancelled_Throws()
    {
        var database = await OpenAsync(("orders/1", "{}"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new QueryTrial(database.Feed, new QueryCompiler().Compile("from Orders"), Options, TimeProvider.System)
                .RunAsync(ResumeToken.Beginning, new CancellationToken(canceled: true)).Within());
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static Task<QueryTrialResult> RunAsync(
        Database database, string query, QueryTrialOptions options, ResumeToken? start = null, TimeProvider? time = null) =>
        new QueryTrial(database.Feed, new QueryCompiler().Compile(query), options, time ?? new FakeTimeProvider())
            .RunAsync(start ?? ResumeToken.Beginning, Cancellation).Within();

    private async Task<Database> OpenAsync(params (string Id, string Json)[] documents)
    {
        var database = await _fixture.CreateShopAsync();
        foreach (var (id, json) in documents) await database.WriteAsync([Put(id, json)], Cancellation);
        return database;
    }

    /// <summary>A clock that goes on by itself, whenever it is looked at.</summary>
    private sealed class TickingTime(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += step.Ticks;
    }
}
