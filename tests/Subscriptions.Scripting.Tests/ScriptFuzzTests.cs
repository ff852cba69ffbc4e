using System.Diagnostics;
using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

/// <summary>Functions that nobody wrote: whatever they are, they are refused, or they run within their limits.</summary>
public sealed class ScriptFuzzTests
{
    private static readonly string[] Atoms =
    [
        "x", "x.a", "x.b", "x.c[0]", "a", "s", "f", "g", "this", "arguments", "null", "undefined", "1", "1e9", "-1", "''", "'ab'", "[]", "[1, a]", "{}", "({ a: s })", "/a+/g", "true",
        "Math", "JSON", "Object", "parseInt", "parseFloat", "new Date(x.c, 1e9)", "'aaaa'", "Array", "String", "Number", "Date", "RegExp", "Error", "id", "NaN",
    ];

    private static readonly string[] Members =
    [
        "length", "prototype", "constructor", "toString", "valueOf", "call", "apply", "bind", "join", "concat", "slice", "splice", "sort", "reverse", "map", "filter", "reduce", "indexOf",
        "push", "unshift", "forEach", "replace", "split", "match", "search", "exec", "test", "charAt", "substring", "parse", "stringify", "keys", "create", "defineProperty", "freeze",
        "getOwnPropertyNames", "getPrototypeOf", "UTC", "setFullYear", "setMonth", "lastIndexOf", "toPrecision", "trim", "hasOwnProperty", "max", "fromCharCode", "toFixed", "toISOString", "toJSON", "lastIndex", "callee", "message", "a", "b", "c",
    ];

    [Fact]
    public void Apply_RandomFunctions_NeverThrowAndEndInTime()
    {
        var seed = Random.Shared.Next();
        Run(seed, int.TryParse(Environment.GetEnvironmentVariable("SCRIPT_FUZZ"), out var count) ? count : 400);
    }

    private static void Run(int seed, int count)
    {
        var random = new Random(seed);
        var compiler = new QueryCompiler(new QueryLimits { ScriptTime = TimeSpan.FromMilliseconds(20), ScriptStatements = 5_000 }, null, new JintScriptEngine());
        var made = 0;
        for (var i = 0; i < count; i++)
        {
            var body = Block(random, 3);
            var clock = Stopwatch.StartNew();
            try
            {
                var view = compiler.Compile($"declare function f(x) {{ var a = x.c, s = 'aab', g = function (y) {{ {Block(random, 1)} }}; {body} return x; }} from Orders as x where f(x) select {{ v: f(x) }}").CreateView();
                for (var document = 0; document < 2; document++)
                {
                    if (view.Apply(Put("""{"a":{"b":[1,"x",null]},"b":"text","c":[{"d":1},2,[3]]}""")) is { Error: null }) made++;
                }
            }
            catch (QueryException)
            {
                // Not JavaScript after all.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, function {i} gave {e}: {body}");
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"seed {seed}, function {i} took {clock.Elapsed}: {body}");
        }

        Assert.InRange(made, count / 20, count * 2);
    }

    private static string Block(Random random, int depth) => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Statement(random, depth)));

    private static string Statement(Random random, int depth) => random.Next(depth == 0 ? 4 : 12) switch
    {
        0 or 1 => Expression(random, depth) + "; ",
        2 => $"s = {Expression(random, depth)}; ",
        3 => $"a = {Expression(random, depth)}; ",
        4 => $"if ({Expression(random, depth - 1)}) {{ {Block(random, depth - 1)} }} else {{ {Block(random, depth - 1)} }} ",
        5 => $"while ({Expression(random, depth - 1)}) {{ {Block(random, depth - 1)} }} ",
        6 => $"for (var i = 0; i < {random.Next(1, 50)}; i++) {{ {Block(random, depth - 1)} }} ",
        7 => $"for (var k in {Expression(random, depth - 1)}) {{ {Block(random, depth - 1)} }} ",
        8 => $"try {{ {Block(random, depth - 1)} }} catch (e) {{ a = e; }} ",
        9 => $"{Member(random, depth)} = {Expression(random, depth - 1)}; ",
        10 => $"{Member(random, depth)} += {Expression(random, depth - 1)}; ",
        _ => $"return {Expression(random, depth - 1)}; ",
    };

    private static string Expression(Random random, int depth) => depth <= 0 ? Pick(random, Atoms) : random.Next(10) switch
    {
        0 or 1 => $"({Expression(random, depth - 1)} {Pick(random, ["+", "-", "*", "%", "<", "===", "&&", "||", "in", "instanceof", ","])} {Expression(random, depth - 1)})",
        2 or 3 or 4 => $"{Member(random, depth)}({string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Expression(random, depth - 1)))})",
        5 => Member(random, depth),
        6 => $"new {Pick(random, ["Array", "Object", "String", "Date", "RegExp", "Error", "g", "f"])}({Expression(random, depth - 1)})",
        7 => $"function (y) {{ {Block(random, depth - 1)} }}",
        8 => $"{{ {Pick(random, Members)}: {Expression(random, depth - 1)}, get {Pick(random, Members)}() {{ {Block(random, depth - 1)} }} }}".Insert(0, "(") + ")",
        _ => Pick(random, Atoms),
    };

    private static string Member(Random random, int depth) => $"({Expression(random, depth - 1)}).{Pick(random, Members)}";

    private static string Pick(Random random, string[] items) => items[random.Next(items.Length)];
}
