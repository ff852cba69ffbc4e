using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

public sealed class ScriptSyntaxTests
{
    [Theory]
    [InlineData("declare function f(x) { return x.; } from O", 1, 34, "Unexpected token ;")]
    [InlineData("declare function f(x) {\n  return x.;\n} from O", 2, 12, "Unexpected token ;")]
    [InlineData("declare function g() {}\ndeclare function f(x) {\r\n\r\n  var = 1; } from O", 4, 7, "Unexpected token =")]
    [InlineData("declare function f(x) { let a = 1; } from O", 1, 25, "'let' is not allowed; declare variables with 'var'")]
    [InlineData("declare function f(x) { return a => 1; } from O", 1, 35, "Unexpected token")]
    [InlineData("declare function f(x) {\n  debugger; } from O", 2, 3, "'debugger' is not allowed")]
    [InlineData("declare function f(x) {\n with (x) { return a; } } from O", 2, 2, "'with' is not allowed")]
    [InlineData("declare function f(class) { } from O", 1, 28, "Unexpected reserved word")]
    [InlineData("declare function if(x) { } from O", 1, 25, "Unexpected token if")]
    public void Compile_TextThatIsNoJavaScript_SaysWhereInTheQuery(string query, int line, int column, string problem)
    {
        var error = Assert.Throws<QueryException>(() => Compile(query));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("[", "]", 30_000)]
    [InlineData("!", "", 60_000)]
    [InlineData("- ", "", 30_000)]
    [InlineData("a?b:", "", 15_000)]
    [InlineData("1+", "", 30_000)]
    [InlineData("a=", "", 30_000)]
    [InlineData("new ", "", 15_000)]
    [InlineData("typeof ", "", 9_000)]
    [InlineData("(function(){return ", "})()", 2_500)]
    public void Compile_JavaScriptThatNestsDeep_IsRefused(string open, string close, int depth)
    {
        var body = "return " + string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

        var error = Assert.Throws<QueryException>(() => Compile($"declare function f(x) {{ {body} }} from O"));

        Assert.Contains("function 'f': ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("if(1)", "", 12_000)]
    [InlineData("{", "}", 30_000)]
    [InlineData("a.", "b", 30_000)]
    [InlineData("for(;;)", "", 9_000)]
    [InlineData("l:", ";", 20_000)]
    [InlineData("if(1);else ", ";", 5_000)]
    public void Compile_StatementsThatNestDeep_AreRefused(string open, string close, int depth)
    {
        var body = string.Concat(Enumerable.Repeat(open, depth)) + (close == "}" ? string.Concat(Enumerable.Repeat(close, depth)) : close.Length == 0 ? ";" : close);

        Assert.Contains("function 'f': ", Assert.Throws<QueryException>(() => Compile($"declare function f(x) {{ {body} }} from O")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return 1 }, function () { while (true); } , function () { ")]
    [InlineData("/* */ return a / x } , b / 1 ; ")]
    public void Compile_BodyThatEndsItsFunction_IsRefused(string body) =>
        Assert.Throws<QueryException>(() => Compile($"declare function f(x) {{ {body} }} from O"));

    [Fact]
    public void Compile_ParenthesesInParentheses_AreNoNesting() =>
        Assert.NotNull(Compile($"declare function f(x) {{ return {new string('(', 30_000)}1{new string(')', 30_000)}; }} from O"));

    [Fact]
    public void Compile_LongFlatFunction_IsAccepted()
    {
        var body = string.Concat(Enumerable.Repeat("x.a = 1;", 7_000));

        Assert.NotNull(Compile($"declare function f(x) {{ {body} }} from O"));
    }

    [Fact]
    public void Compile_WithoutAnEngine_IsRefused() =>
        Assert.Equal(
            "line 1, column 1: functions in JavaScript cannot be run here",
            Assert.Throws<QueryException>(() => new QueryCompiler().Compile("declare function f() {} from O")).Message);
}
