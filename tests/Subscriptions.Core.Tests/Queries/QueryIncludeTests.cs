using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;
using static Subscriptions.Core.Tests.Queries.Viewing;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryIncludeTests
{
    [Theory]
    [InlineData("Company", """{"Company":"companies/1"}""", "companies/1")]
    [InlineData("Company, x.Lines[].Product", """{"Lines":[{"Product":"p/2"},{"Product":"p/1"}],"Company":"c"}""", "c p/2 p/1")]
    [InlineData("Tags[]", """{"Tags":["a","\u0062",1,null,{},"",["c"]]}""", "a b")]
    [InlineData("Company", """{"Company":["a"]}""", "")]
    [InlineData("Company", "{}", "")]
    [InlineData("Company", "not json", "")]
    [InlineData("a.b", """{"a":{"b":"x","b":"y"}}""", "x")]
    public void CollectIncludes_PathsOfADocument_AddTheStrings(string include, string content, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Includes(include, content));

    [Fact]
    public void CollectIncludes_WhatCannotBeAnId_IsLeftOut() =>
        Assert.Equal([new string('a', 512)], Includes("a, b", $$"""{"a":"{{new string('a', 512)}}","b":"{{new string('b', 513)}}"}"""));

    [Fact]
    public void CollectIncludes_OfASelectedDocument_ReadTheDocument()
    {
        var view = View("from Orders select a include b");
        var change = Put("""{"a":1,"b":"x"}""");
        var ids = new List<string> { "before" };

        var selected = view.Apply(change);
        view.CollectIncludes(change, ids);

        Assert.Equal("""{"a":1}""", Text(selected));
        Assert.Equal(["before", "x"], ids);
    }

    [Fact]
    public void HasIncludes_IsTrueOnlyWithTheClause()
    {
        Assert.True(View("from Orders include a").HasIncludes);
        Assert.False(View("from Orders").HasIncludes);
    }

    [Fact]
    public void CollectIncludes_WithoutTheClauseOrContent_AddNothing()
    {
        var ids = new List<string>();

        View("from Orders").CollectIncludes(Put("""{"a":"x"}"""), ids);
        View("from Orders include a").CollectIncludes(Tombstone(), ids);

        Assert.Empty(ids);
    }

    [Fact]
    public void Compile_TooManyPaths_NamesTheLimit()
    {
        static string Query(int count) => "from O include " + string.Join(", ", Enumerable.Repeat("a", count));

        Assert.True(View(Query(100)).HasIncludes);
        Assert.EndsWith("a query includes documents by at most 100", Assert.Throws<QueryException>(() => View(Query(101))).Message, StringComparison.Ordinal);
    }
}
