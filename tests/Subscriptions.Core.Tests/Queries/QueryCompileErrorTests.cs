using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Syntax;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryCompileErrorTests
{
    [Fact]
    public void Compile_FunctionsWhereNothingRunsThem_AreRefused() =>
        AssertRefused("line 1, column 1: functions in JavaScript cannot be run here", "declare function f(x) { return x.a } from O as x where f(x)");

    [Theory]
    [InlineData("a = $p", "{}", "line 1, column 18: no value was given for the parameter $p")]
    [InlineData("a in (1, $p)", "{}", "line 1, column 23: no value was given for the parameter $p")]
    [InlineData("a = $p", """{"P":1}""", "line 1, column 18: no value was given for the parameter $p")]
    [InlineData("a = $p", """{"p":1,"q":2}""", "line 1, column 1: the query has no parameter $q, but a value for it was given")]
    [InlineData(
        "a = $p",
        """{"p":[1]}""",
        "line 1, column 18: the parameter $p is of type Array; it must be a string, a number, true, false or null, or in a list an array of those")]
    [InlineData(
        "a in ($p)",
        """{"p":[[1]]}""",
        "line 1, column 20: the parameter $p is of type Array; it must be a string, a number, true, false or null, or in a list an array of those")]
    [InlineData(
        "a = $p",
        """{"p":{}}""",
        "line 1, column 18: the parameter $p is of type Object; it must be a string, a number, true, false or null, or in a list an array of those")]
    [InlineData("a = $p", "{\"p\":\"\\ud800\"}", "line 1, column 18: the parameter $p is not valid Unicode")]
    [InlineData("startsWith(a, 1)", "{}", "line 1, column 28: startsWith looks for a string, not for 1")]
    [InlineData("contains(a, $p)", """{"p":null}""", "line 1, column 26: contains looks for a string, not for $p")]
    [InlineData("regex(a, 'a(')", "{}", "line 1, column 23: the regular expression is not valid at its character 3: InsufficientClosingParentheses")]
    [InlineData("a[] = b[].c", "{}", "line 1, column 14: both sides of the comparison have '[]'; one side must be a single value")]
    public void Compile_ConditionThatCannotBeEvaluated_SaysWhereAndWhy(string where, string parameters, string message) =>
        AssertRefused(message, "from O where " + where, parameters);

    [Fact]
    public void Compile_UndefinedParameter_IsRefused()
    {
        var error = Assert.Throws<QueryException>(
            () => SubscriptionQuery.Parse("from O where a = $p").Compile(new Dictionary<string, System.Text.Json.JsonElement> { ["p"] = default }));

        Assert.Contains("the parameter $p is of type Undefined", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_LongPattern_NamesTheLimit()
    {
        AssertAccepted($"regex(a, '{new string('a', 1000)}')");
        AssertRefused(
            "line 1, column 23: the regular expression is 1001 characters long; one has at most 1000", $"from O where regex(a, '{new string('a', 1001)}')");
    }

    [Fact]
    public void Compile_ManyPatterns_NamesTheLimit()
    {
        static string Where(int count) => string.Join(" or ", Enumerable.Repeat("regex(a, 'b')", count));

        AssertAccepted(Where(32));
        AssertRefused("a query has at most 32 regular expressions", "from O where " + Where(33));
    }

    [Fact]
    public void Compile_ManyPaths_NamesTheLimit()
    {
        static string Where(int count) => string.Join(" or ", Enumerable.Range(0, count).Select(i => $"a{i} = b.c"));

        AssertAccepted(Where(99));
        AssertRefused("a query looks at no more than 100 different paths", "from O where " + Where(100));
    }

    [Fact]
    public void Compile_ManyConditionsOnElements_NamesTheLimit()
    {
        static string Where(int count) => string.Join(" or ", Enumerable.Repeat("a[] = 1", count));

        AssertAccepted(Where(100));
        AssertRefused("a query has at most 100 conditions on paths with '[]'; 'in' counts as one", "from O where " + Where(101));
    }

    [Fact]
    public void Compile_ArrayParameterBeyondTheLimitOfAList_IsRefused()
    {
        static string Parameters(int count) => $$"""{"p":[{{string.Join(',', Enumerable.Range(0, count))}}]}""";

        Assert.True(Matches("a in (-1, $p)", """{"a":4094}""", Parameters(4095)));
        AssertRefused("a list has at most 4096 items, those of parameters included", "from O where a in (-1, $p)", Parameters(4096));
    }

    [Fact]
    public void Compile_CallInATreeBuiltByHand_IsRefused()
    {
        var query = new SubscriptionQuery([], new SourceClause("O"), null, new CallExpression(new FunctionCall("f", [])), null, null);

        Assert.Contains("there is no function 'f'", Assert.Throws<QueryException>(() => query.Compile()).Message, StringComparison.Ordinal);
    }

    private static void AssertAccepted(string where) => Assert.NotNull(Filter("from O where " + where));

    private static void AssertRefused(string message, string query, string parameters = "{}")
    {
        var error = Assert.Throws<QueryException>(() => Compile(query, parameters));

        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Null(error.Expected);
    }
}
