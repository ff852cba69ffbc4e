using FsCheck;
using FsCheck.Fluent;
using Subscriptions.Core.Queries;
using Xunit;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryRoundTripTests
{
    [Fact]
    public void ToString_OfAnyQuery_ParsesToAnEqualQuery() =>
        Prop.ForAll(QueryGenerators.Queries.ToArbitrary(), query =>
        {
            var text = query.ToString();
            var parsed = SubscriptionQuery.Parse(text);

            Assert.Equal(query, parsed);
            Assert.Equal(query.GetHashCode(), parsed.GetHashCode());
            Assert.Equal(text, parsed.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("FROM Orders AS x WHERE NOT x.A == 1 AND (x.b <> 2 OR x.c IN (1,2))", "from Orders as x where not x.A = 1 and (x.b != 2 or x.c in (1, 2))")]
    [InlineData("from 'Orders'", "from Orders")]
    [InlineData("from \"my orders\" ( revisions = TRUE )", "from 'my orders' (Revisions = true)")]
    [InlineData("from O // all of them\n where /* only */ a.'weird name'[].`b` = \"it's\"", "from O where a.`weird name`[].b = 'it\\'s'")]
    [InlineData("from O as x where `x`.y = 1 and x.y = 2", "from O as x where `x`.y = 1 and x.y = 2")]
    [InlineData("from O where a.from.WHERE = 1 and STARTSWITH(Id(), '\\u0041')", "from O where a.from.WHERE = 1 and startsWith(id(), 'A')")]
    [InlineData("from O select {a:id(),\"b c\":{d:x}} include c,d[]", "from O select { a: id(), `b c`: { d: x } } include c, d[]")]
    [InlineData("declare function f ( x ) { return 1 }\nfrom O where f(a)", "declare function f(x) { return 1 } from O where f(a)")]
    public void ToString_OfFreelyWrittenText_IsCanonical(string text, string canonical) =>
        Assert.Equal(canonical, SubscriptionQuery.Parse(text).ToString());

    [Fact]
    public void Equals_OfQueriesAtOtherPlaces_IsTrueAndOfOtherMeaningFalse()
    {
        var query = SubscriptionQuery.Parse("from O where a = 1");

        Assert.Equal(query, SubscriptionQuery.Parse("\n\n from  O  where  a==1"));
        Assert.NotEqual(query, SubscriptionQuery.Parse("from O where a = 1.0"));
        Assert.NotEqual(query, SubscriptionQuery.Parse("from O where A = 1"));
        Assert.NotEqual(query, SubscriptionQuery.Parse("from o where a = 1"));
    }
}
