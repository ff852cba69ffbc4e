using System.Globalization;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Xunit;

namespace Subscriptions.Scripting.Tests;

/// <summary>Feeds of the same function share one, and what is shared does not grow without end.</summary>
public sealed class DesignFunctionsTests
{
    private const string Source = "function (doc) { emit(doc._id); }";

    private readonly QueryCompiler _compiler = new(scripts: new JintScriptEngine());

    [Fact]
    public void Compile_TheSameText_GivesTheSameFunction()
    {
        var first = Get(Source);

        Assert.Same(first, Get(new string(Source.AsSpan())));
        Assert.NotSame(first, Get(Source + " "));
        Assert.NotSame(first, _compiler.CompileDesignFunction(Source, DesignFunctionKind.Map));
        Assert.Equal(DesignFunctionKind.Filter, first.Kind);
        Assert.Equal(Source, first.Source);
    }

    [Fact]
    public void Compile_MoreThanAreKept_LetsGoOfTheLongestUnused()
    {
        var (first, second) = (Get(Numbered(0)), Get(Numbered(1)));
        for (var i = 2; i < 256; i++) Get(Numbered(i));

        Assert.Same(first, Get(Numbered(0)));
        Get(Numbered(256));

        Assert.Same(first, Get(Numbered(0)));
        Assert.NotSame(second, Get(Numbered(1)));
        Assert.Equal("yes", second.CreateFilter().Outcome("""{"n":1}"""));
    }

    [Fact]
    public void Compile_MoreTextThanIsKept_LetsGoOfTheLongestUnused()
    {
        var filling = new string(' ', 60_000);
        var first = Get(Numbered(0) + filling);
        for (var i = 1; i < 18; i++) Get(Numbered(i) + filling);

        Assert.NotSame(first, Get(Numbered(0) + filling));
    }

    [Fact]
    public void Compile_ARefusedText_IsRefusedAgain()
    {
        Assert.Throws<DesignFunctionException>(() => Get("function ("));
        Assert.Throws<DesignFunctionException>(() => Get("function ("));
    }

    [Fact]
    public void Compile_TheSameTextOnManyThreads_GivesOneFunction()
    {
        var made = new DesignFunction[16];
        Parallel.For(0, made.Length, i => made[i] = Get(Source));

        Assert.Single(made.Distinct());
    }

    private static string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"function (doc) {{ return doc.n === {number}; }}");

    private DesignFunction Get(string source) => _compiler.CompileDesignFunction(source, DesignFunctionKind.Filter);
}
