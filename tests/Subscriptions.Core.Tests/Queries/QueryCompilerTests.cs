using Subscriptions.Core.Queries;
using Subscriptions.Core.Validation;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryCompilerTests
{
    private readonly QueryCompiler _compiler = new();

    [Fact]
    public void Compile_TextAndParameters_GivesAQuery()
    {
        var filter = _compiler.Compile("from Orders where a in ($list) and b = $text", """{"list":[1,2],"text":"x"}""").CreateFilter();

        Assert.True(filter.Matches(Put("""{"a":2,"b":"x"}""")));
        Assert.False(filter.Matches(Put("""{"a":3,"b":"x"}""")));
    }

    [Theory]
    [InlineData("[1]", "definition.parameters '[1]' is not a JSON object, such as {\"name\": 1}")]
    [InlineData("{\n\"a\":}", "is not valid JSON at line 2, byte 5")]
    [InlineData("{\"a\":1,\"a\":2}", "has a value for 'a' twice")]
    [InlineData("{\"\\ud800\":1}", "has a name that is not valid Unicode")]
    public void Compile_ParametersThatAreNoObject_AreRefused(string parameters, string problem)
    {
        var error = Assert.Throws<InvalidInputException>(() => _compiler.Compile("from Orders", parameters));

        Assert.EndsWith(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal("definition.parameters", error.Field);
    }

    [Fact]
    public void Compile_TooLongParameters_NamesTheLimit()
    {
        var compiler = new QueryCompiler(new QueryLimits { MaxTextBytes = 20 });

        Assert.NotNull(compiler.Compile("from O where a = $p", """{"p":"34567890123"}"""));
        var error = Assert.Throws<InvalidInputException>(() => compiler.Compile("from O where a = $p", """{"p":"345678901234567"}"""));
        Assert.Equal("definition.parameters is 23 characters long; parameters have at most 20 (Limits:QueryBytes)", error.Message);
    }

    [Fact]
    public void Compile_TextBeyondItsLimit_IsRefused() =>
        Assert.Throws<QueryException>(() => new QueryCompiler(new QueryLimits { MaxTextBytes = 10 }).Compile("from Orders"));
}
