using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Queries with functions in JavaScript, from the request to the worker.</summary>
public sealed class ScriptQueryTests
{
    private const string Endless = "declare function f(x) { var a = []; while (true) a.push({ b: [{}, {}] }); } from Orders as x where f(x)";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_QueryWithFunctions_DeliversWhatTheyMakeAndWhatTheyThrow()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(Requests.Put("orders/1", """{"Total":5}"""), Requests.Put("orders/2", """{"Total":-1}"""), Requests.Put("orders/3", """{"Total":0}"""));
        await server.CreateSubscriptionAsync(query: """
            declare function check(x) { if (x.Total < 0) throw new Error('negative'); return x.Total > 0; }
            declare function twice(x) { return x.Total * 2; }
            from Orders as x where check(x) select { Id: id(), Twice: twice(x) }
            """);
        using var worker = await server.OpenAsync();

        var batch = await worker.ReceiveBatchAsync();

        Assert.Equal(["orders/1", "orders/2"], batch.Items.Select(i => i.Id));
        Assert.Equal("""{"Id":"orders/1","Twice":10}""", batch.Items[0].Content.ToStringUtf8());
        Assert.Equal("function 'check', line 1 of the query: Error: negative", batch.Items[1].Error);
        Assert.True(batch.Items[1].Content.IsEmpty);
    }

    [Fact]
    public async Task Create_FunctionThatIsNoJavaScript_IsRefusedWhereItStands()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_QUERY", () => server.CreateSubscriptionAsync(query: "declare function f(x) {\n  return x.;\n} from Orders as x where f(x)"));

        Assert.Equal(("2", "12"), (metadata["line"], metadata["column"]));
    }

    [Fact]
    public async Task Try_EndlessFunctions_LeaveTheServerToOthers()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.PutAsync([.. Enumerable.Range(0, 100).Select(i => $"orders/{i}")]);
        var request = new TryQueryRequest { Database = "shop", Query = Endless, MaxItems = 1000, MaxTime = new Duration { Seconds = 2 } };

        var hostile = Enumerable.Range(0, 4).Select(_ => server.Queries.TryQueryAsync(request, cancellationToken: Cancelled).ResponseAsync).ToArray();
        for (var i = 0; i < 20; i++) await server.PutAsync($"companies/{i}").Within();

        Assert.All(await Task.WhenAll(hostile).Within(), response => Assert.All(response.Items, item => Assert.Contains("took more than", item.Error, StringComparison.Ordinal)));
    }
}
