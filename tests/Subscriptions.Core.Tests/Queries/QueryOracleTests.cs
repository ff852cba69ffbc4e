using System.Text.Json;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Syntax;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryOracleTests
{
    private const int Conditions = 4000;
    private const int DocumentsPerCondition = 15;

    [Fact]
    public void Matches_RandomConditionsAndDocuments_AgreesWithTheOracle()
    {
        var seed = Random.Shared.Next();
        var questions = new RandomQuestions(new Random(seed));
        var matches = 0;
        for (var i = 0; i < Conditions; i++)
        {
            var query = new SubscriptionQuery([], new SourceClause("Orders"), "x", questions.Condition(3), null, null);
            var filter = query.Compile(limits: Patient).CreateFilter();
            for (var j = 0; j < DocumentsPerCondition; j++)
            {
                var content = questions.Document();
                using var document = JsonDocument.Parse(content);
                var expected = QueryOracle.Holds(query.Where!, document.RootElement, "orders/1");

                Assert.True(expected == filter.Matches(Put(content)), $"seed {seed}: {query} over {content} is {expected}");
                if (expected) matches++;
            }
        }

        Assert.InRange(matches, Conditions * DocumentsPerCondition / 5, Conditions * DocumentsPerCondition * 4 / 5);
    }
}
