using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Administration;

/// <summary>Queries that are tried.</summary>
public sealed class QueriesClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Try_Query_SaysItsLimitsAndReadsTheAnswer()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new TryQueryResponse
        {
            Items = { Wire.Item("a") },
            Includes = { new V1.IncludedDocument { Id = "c", Content = ByteString.CopyFromUtf8("{}") } },
            Scanned = 12,
            IsComplete = true,
            ResumeToken = "12-x",
        });
        using var client = server.Connect();
        var trial = new QueryTrial("from Orders")
        {
            Parameters = "{}",
            IncludeDeletes = true,
            Start = SubscriptionCursor.Now,
            MaxItems = 3,
            MaxTime = TimeSpan.FromSeconds(2),
        };

        var result = await client.Queries.TryAsync("shop", trial, Cancelled).Within();

        Assert.Equal(("a", "c", 12L, true, "12-x"),
            (Assert.Single(result.Items).Id, Assert.Single(result.Includes).Id, result.Scanned, result.IsComplete, result.ResumeToken));
        var sent = new TryQueryRequest
        {
            Database = "shop",
            Query = "from Orders",
            Parameters = "{}",
            IncludeDeletes = true,
            Start = new Cursor { Now = new Cursor.Types.Now() },
            MaxItems = 3,
            MaxTime = TimeSpan.FromSeconds(2).ToDuration(),
        };
        Assert.Equal(sent, Assert.Single(server.Answers.Requests));
    }

    [Fact]
    public async Task Try_QueryThatCannotBeParsed_NamesThePlace()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.AddFailure(Wire.Error("INVALID_QUERY", StatusCode.InvalidArgument, ("line", "1"), ("column", "7")));
        using var client = server.Connect();

        var failure = await Assert.ThrowsAsync<InvalidQueryException>(
            () => client.Queries.TryAsync("shop", new QueryTrial("from !"), Cancelled).Within());

        Assert.Equal((1, 7), (failure.Line, failure.Column));
    }
}
