using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;
using static Subscriptions.Core.Tests.Queries.Viewing;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryRevisionTests
{
    [Theory]
    [InlineData("Current.Price != Previous.Price", """{"Price":1}""", """{"Price":2}""", true)]
    [InlineData("Current.Price != Previous.Price", """{"Price":1.0}""", """{"Price":1}""", false)]
    [InlineData("x.Current.Price > x.Previous.Price", """{"Price":3}""", """{"Price":2}""", true)]
    [InlineData("exists(Previous)", """{"a":1}""", null, false)]
    [InlineData("exists(Previous)", """{"a":1}""", "{}", true)]
    [InlineData("exists(Current)", null, "{}", false)]
    [InlineData("exists(x.Current.a)", """{"a":null}""", null, true)]
    [InlineData("Previous = null", """{"a":1}""", null, true)]
    [InlineData("Previous = null", """{"a":1}""", "{}", false)]
    [InlineData("Current = null and Previous.a = 1", null, """{"a":1}""", true)]
    [InlineData("Current.Tags[] = 'x' and not Previous.Tags[] = 'x'", """{"Tags":["x"]}""", """{"Tags":["y"]}""", true)]
    [InlineData("id() = 'orders/1'", null, null, true)]
    public void Apply_ConditionOnAPair_SeesBothVersions(string where, string? current, string? previous, bool matches)
    {
        var change = Pair(current, previous);

        var delivered = View("from Orders (Revisions = true) as x where " + where).Apply(change);

        Assert.Same(matches ? change : null, delivered);
    }

    [Theory]
    [InlineData("x.Current.Price as Now, Previous.Price as Before", """{"Price":1.50}""", """{"Price":2}""", """{"Now":1.50,"Before":2}""")]
    [InlineData("x.Current.Price as Now, Previous.Price as Before", null, """{"Price":2}""", """{"Now":null,"Before":2}""")]
    [InlineData("Current, Previous", """{"a":1}""", null, """{"Current":{"a":1},"Previous":null}""")]
    [InlineData("{ Pair: x, Id: id() }", null, """{"a": 1}""", """{"Pair":{"Current":null,"Previous":{"a": 1}},"Id":"orders/1"}""")]
    public void Apply_SelectionOfAPair_SeesBothVersions(string select, string? current, string? previous, string expected)
    {
        var delivered = View("from Orders (Revisions = true) as x select " + select).Apply(Pair(current, previous));

        Assert.Equal(expected, Text(delivered));
        Assert.Equal(previous is not null, delivered!.Previous is not null);
        Assert.True(delivered.Previous is null || delivered.Previous.Content.IsEmpty);
    }

    [Fact]
    public void Apply_OneChangeAfterTheOther_DoesNotMixThem()
    {
        var view = View("from Orders (Revisions = true) where Current.a = 1 or Previous.a = 1 select Current, Previous include Current.b, Previous.b");
        var ids = new List<string>();

        Assert.Null(view.Apply(Pair("""{"a":2}""", """{"a":3,"long":"long"}""")));
        Assert.Equal("""{"Current":{"a":1},"Previous":null}""", Text(view.Apply(Pair("""{"a":1}""", null))));
        view.CollectIncludes(Pair("""{"b":"x"}""", """{"b":"y"}"""), ids);

        Assert.Equal(["x", "y"], ids);
    }

    [Fact]
    public void Apply_VersionsAsDeepAsDocumentsNest_AreSeen()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 127)) + "{}" + new string('}', 127);
        var path = string.Join('.', Enumerable.Repeat("a", 127));

        Assert.NotNull(View($"from Orders (Revisions = true) where exists(Current.{path})").Apply(Pair(deep, null)));
    }

    [Fact]
    public void Matches_OfTheFilter_SeesThePairToo()
    {
        var filter = Filter("from Orders (Revisions = true) where Previous.a = 1");

        Assert.True(filter.Matches(Pair(null, """{"a":1}""")));
        Assert.False(filter.Matches(Pair("""{"a":1}""", null)));
    }

    [Theory]
    [InlineData("where Price > 1")]
    [InlineData("where x.Price > 1")]
    [InlineData("select current")]
    [InlineData("include Company")]
    public void Compile_PathThatBeginsWithNeitherVersion_IsRefused(string clause)
    {
        var error = Assert.Throws<QueryException>(() => View("from Orders (Revisions = true) as x " + clause));

        Assert.Contains("begins with neither 'Current' nor 'Previous', which is all that a query with (Revisions = true) sees", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsRevisions_IsTrueOnlyWithTheOption()
    {
        Assert.True(Compile("from Orders (Revisions = true)").ReadsRevisions);
        Assert.False(Compile("from Orders").ReadsRevisions);
    }
}
