using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Xunit;
using static Subscriptions.Scripting.Tests.DesignScripts;

namespace Subscriptions.Scripting.Tests;

/// <summary>What is a function of a design document, and what is said of what is none.</summary>
public sealed class DesignSyntaxTests
{
    [Theory]
    [InlineData("function (doc, req) { return true; }")]
    [InlineData("function(doc,req){return true}")]
    [InlineData("\n\t function (doc, req) { return true; } \r\n ")]
    [InlineData("function (doc, req) { return true; };")]
    [InlineData("function (doc, req) { return true; } ; ;\n")]
    [InlineData("function (doc, req) { return true; }; // the end")]
    [InlineData("function (doc, req) { return true; } // the end")]
    [InlineData("// the begin\nfunction (doc, req) { return true; } /* and\nthe end */ ;")]
    [InlineData("/* } */ function /* name */ (doc /* a */, req) { return true; /* { */ }")]
    [InlineData("function important(doc, req) { return important.length === 2; }")]
    [InlineData("function down(n) { return typeof n === 'object' ? down(3) : n === 0 || down(n - 1); }")]
    [InlineData("function Object(doc) { return Object.name !== 'x' && typeof Object.keys === 'undefined'; }")]
    [InlineData("(function (doc, req) { return true; })")]
    [InlineData("(function (doc, req) { return true; });")]
    [InlineData("function (doc, req) { 'use strict'; return this === undefined; }")]
    [InlineData("function () { return arguments.length === 2; }")]
    [InlineData("\uFEFFfunction (doc) { return true; }")]
    [InlineData("function (d\\u006fc) { return doc._id === 'orders/1'; }")]
    [InlineData("function (doc) {\r  return '\\u2028'.length === 1 && /[/}]/.test('}');\r}")]
    public void Compile_AFunctionExpression_Runs(string source) => Assert.Equal("yes", Filter(source).Outcome());

    [Theory]
    [InlineData("", "line 1, column 1: ")]
    [InlineData("   ", "")]
    [InlineData("true", "the text is not one function, such as function (doc) { … }")]
    [InlineData("{ \"map\": 1 }", "the text is not one function")]
    [InlineData("function (doc) { return true; }()", "the text is not one function")]
    [InlineData("(function () { return function (doc) { }; })()", "the text is not one function")]
    [InlineData("function (doc) { return true; } || 1", "the text is not one function")]
    [InlineData("function (doc) { }\nfunction other() { }", "the text is not one function")]
    [InlineData("function (doc) { }; while (true);", "the text is not one function")]
    [InlineData("function (doc) { }; f()", "the text is not one function")]
    [InlineData("var f = 1; function (doc) { }", "line 1, column 1: ")]
    [InlineData("function (doc) { return true;", "Unexpected end of input")]
    [InlineData("function (doc) {\n  return (1;\n}", "line 2, column 12: Unexpected token ;")]
    [InlineData("function (doc) { } }", "line 1, column 20: Unexpected token }")]
    [InlineData("(doc, req) => doc.a", "")]
    [InlineData("doc => { emit(doc._id); }", "")]
    [InlineData("function (doc) {\n  return doc.Lines.some(l => l.x);\n}", "line 2, ")]
    [InlineData("function (doc) {\n  const a = 1; return a;\n}", "line 2, column 3: 'const' is not allowed; declare variables with 'var'")]
    [InlineData("function (doc) { let a = 1; return a; }", "")]
    [InlineData("function (doc) { return `${doc.a}`; }", "line 1, column 25: ")]
    [InlineData("class A { }", "")]
    [InlineData("async function (doc) { }", "")]
    [InlineData("function (doc) { debugger; }", "'debugger' is not allowed")]
    [InlineData("function (doc) { with (doc) { return a; } }", "'with' is not allowed")]
    public void Compile_AnythingElse_IsRefusedWithItsPlace(string source, string problem)
    {
        var refused = Assert.Throws<DesignFunctionException>(() => Compile(source));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"line {refused.Line}, column {refused.Column}: ", refused.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Line, 1, 1 + source.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("(doc) => true")]
    [InlineData("doc => true")]
    [InlineData("function (doc) { return [1].map(x => x); }")]
    [InlineData("function (doc) { let a = 1; }")]
    [InlineData("function (doc) { const a = 1; }")]
    [InlineData("function (doc) { return `a`; }")]
    [InlineData("class A { }")]
    [InlineData("async (doc) => true")]
    public void Compile_NewerSyntax_IsToldWhatThereIs(string source)
    {
        var refused = Assert.Throws<DesignFunctionException>(() => Compile(source));

        Assert.True(
            refused.Message.Contains("ECMAScript 5", StringComparison.Ordinal) || refused.Message.Contains("'var'", StringComparison.Ordinal) || refused.Message.Contains("not one function", StringComparison.Ordinal),
            refused.Message);
    }

    [Fact]
    public void Compile_ATextThatNestsDeep_IsRefusedAndNothingElseHappens()
    {
        foreach (var (open, close) in new[] { ("(", ")"), ("[", "]"), ("!", ""), ("{", "}"), ("function () { ", "}") })
        {
            var source = "function (doc) { " + string.Concat(Enumerable.Repeat(open, 10_000 / open.Length)) + string.Concat(Enumerable.Repeat(close, 10_000 / open.Length)) + " }";
            Assert.Throws<DesignFunctionException>(() => Compile(source));
            Assert.Throws<DesignFunctionException>(() => Compile(string.Concat(Enumerable.Repeat(open, 10_000 / open.Length))));
        }
    }

    [Fact]
    public void Compile_ATextThatIsTooLong_IsRefusedByItsLimit()
    {
        var source = "function (doc) { return '" + new string('é', 600) + "'; }";
        var refused = Assert.Throws<DesignFunctionException>(() => Compile(source, limits: new QueryLimits { MaxTextBytes = 1024 }));

        Assert.Equal($"line 1, column 1: the function is {source.Length + 600} bytes long; a function has at most 1024 (Limits:QueryBytes)", refused.Message);
    }

    [Fact]
    public void Compile_WithoutAnEngine_SaysThatThereIsNone()
    {
        var refused = Assert.Throws<DesignFunctionException>(() => new QueryCompiler().CompileDesignFunction("function () { }", DesignFunctionKind.Filter));

        Assert.Equal("line 1, column 1: functions in JavaScript cannot be run here", refused.Message);
    }
}
