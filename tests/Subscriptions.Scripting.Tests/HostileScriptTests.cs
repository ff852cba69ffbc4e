using System.Diagnostics;
using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

/// <summary>Functions that want more than they get: each is stopped, with an error for its document, and never throws into the reader.</summary>
public sealed class HostileScriptTests
{
    // Far more than any limit, and far less than what a script that is not stopped would take.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly QueryLimits Limits = new();

    public static TheoryData<string, string> Bodies => new()
    {
        { "while (true);", "statements" },
        { "for (;;) { }", "statements" },
        { "var i = 0; do i++; while (i >= 0);", "statements" },
        { "x.Lines.forEach(function g(l) { while (true) { } });", "statements" },
        { "try { while (true) { } } catch (e) { } finally { return {}; }", "statements" },
        { "return f(x);", "deep" },
        { "function g() { return h(); } function h() { return g(); } return g();", "deep" },
        { "try { return f(x); } catch (e) { return {}; }", "deep" },
        { "var o = {}; o.toString = function () { return '' + o; }; return o + '';", "deep" },
        { "var o = { toString: Object.prototype.toLocaleString }; return o + '';", "deep" },
        { "var o = { get a() { return this.a; } }; return o.a;", "deep" },
        { "var o = { set a(v) { this.a = v; } }; o.a = 1;", "deep" },
        { "var o = { valueOf: function () { return +o; } }; return +o;", "deep" },
        { "return [1].map(function g() { return [1].map(g); });", "deep" },
        { "var a = []; a[0] = a; return { s: a + '' };", "deep" },
        { "var a = []; a[0] = a; return { s: a.toLocaleString() };", "deep" },
        { "var a = []; for (var i = 0; i < 20000; i++) a = [a]; return { s: String(a) };", "deep" },
        { "var a = []; for (var i = 0; i < 20000; i++) a = [a]; return { s: a };", "nests deeper" },
        { "var a = []; a[0] = a; return { s: a };", "nests deeper" },
        { "var a = []; a[0] = a; return { s: JSON.stringify(a) };", "nests deeper" },
        { "var f2 = function () { }; for (var i = 0; i < 5000; i++) f2 = f2.bind(null); f2();", "" },
        { "var c = f.call, a = []; for (var i = 0; i < 20000; i++) a.push(c); c.apply(c, a);", "" },
        { "var p = {}; for (var i = 0; i < 20000; i++) p = Object.create(p); return { v: p.q };", "prototypes" },
        { "function F() { } var p = {}; for (var i = 0; i < 20000; i++) { F.prototype = p; p = new F(); } return { v: p.q };", "prototypes" },
        { "var s = 'aaaaaaaa'; while (true) s += s;", "memory" },
        { "var s = 'aaaaaaaa'; while (true) s = s + s;", "memory" },
        { "var s = 'aaaaaaaa'; " + string.Concat(Enumerable.Repeat("s = s + s, ", 200)) + "1;", "memory" },
        { "var s = 'aaaaaaaa'; " + string.Concat(Enumerable.Repeat("for (s += s; false;); ", 200)), "memory" },
        { "var s = 'aaaaaaaa'; while (true) s = s.concat(s);", "characters" },
        { "var s = 'aaaaaaaa'; while (true) s = [s, s].join('');", "characters" },
        { "return { s: new Array(1e9).join('x') };", "elements" },
        { "return { s: Array(1e6 + 1).join('x') };", "elements" },
        { "var a = []; a.length = 4294967295; a.reverse();", "elements" },
        { "var a = []; a[4294967294] = 1; a.sort();", "elements" },
        { "Array.prototype.indexOf.call({ length: 4294967295 }, 1);", "elements" },
        { "var n = 0; Array.prototype.indexOf.call({ get length() { return n++ ? 4294967295 : 1; } }, 1);", "length" },
        { "Array.prototype.indexOf.call({ length: { valueOf: function () { return 4294967295; } } }, 1);", "length" },
        { "Math.max.apply(null, { length: 4294967295 });", "elements" },
        { "[].concat(new Array(4294967295));", "elements" },
        { "var a = new Array(1e5), b = []; for (var i = 0; i < 1000; i++) b.push(a); [].concat.apply([], b);", "elements" },
        { "var a = [1, 2]; while (true) a = a.concat(a);", "" },
        { "var a = []; while (true) a.push({ a: [{}, {}, {}], b: {} });", "took more than" },
        { "return { a: new Array(4294967295) };", "" },
        { "var s = new Array(1001).join('x'); return { r: s.replace(/x/g, s + s + s + s + s) };", "characters" },
        { "var s = new Array(10001).join('x'); return { r: s.replace(/x/g, '$`$`') };", "characters" },
        { "var s = new Array(10001).join('x'); return { r: s.replace(/x/g, function () { return s; }) };", "characters" },
        { "var s = new Array(100000).join('xxx'); return { r: s.split('') };", "pieces" },
        { "var s = new Array(100000).join('xxx'); return { r: s.split('x') };", "pieces" },
        { "var s = new Array(100000).join('xxx'); return { r: s.match(/x/g) };", "" },
        { "var s = new Array(100000).join('xxx'); return { r: s.split(/(x)/) };", "" },
        { "return { r: /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!') };", "regular expression took" },
        { "return { r: new RegExp('^(a+)+$').test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!') };", "regular expression took" },
        { "return { r: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.match('^(a+)+$') };", "regular expression took" },
        { "return { r: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.search('^(a+)+$') };", "regular expression took" },
        { "return { r: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replace(/^(a+)+$/g, '') };", "regular expression took" },
        { "return { r: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.split(/^(a+)+$/) };", "regular expression took" },
        { "var s = '['; for (var i = 0; i < 14; i++) s += s; JSON.parse(s);", "not valid JSON" },
        { "decodeURI(new Array(70000).join('%41').slice(0, 70000));", "converted" },
        { "var s = new Array(100000).join('aaaa'); return { r: s.lastIndexOf('b' + s.slice(1000)) };", "searched" },
        { "var s = new Array(100000).join('aaaa'); return { r: s.indexOf(s.slice(1, 100000) + 'b' + s.slice(1, 100000)) };", "searched" },
        { "var s = new Array(100000).join('xxxx'); return { r: Object.getOwnPropertyNames(new String(s)) };", "elements" },
        { "eval('1');", "ReferenceError" },
        { "new Function('return 1')();", "ReferenceError" },
        { "(function () { }).constructor('return 1')();", "" },
        { "f.constructor.constructor('return 1')();", "" },
        { "System.IO.File.Exists('/');", "ReferenceError" },
        { "importNamespace('System');", "ReferenceError" },
        { "throw { get message() { while (true); } };", "statements" },
        { "throw { toString: function () { while (true); } };", "" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Apply_HostileFunction_IsStoppedWithAnErrorForItsDocument(string body, string problem)
    {
        // So much time that a slow machine does not hit that limit before the one that is meant.
        var view = View($"declare function f(x) {{ {body} }} from Orders as x select f(x)", Limits with { ScriptTime = TimeSpan.FromSeconds(2) });
        var clock = Stopwatch.StartNew();

        var failed = view.Apply(Put(Order))!;

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
        Assert.NotNull(failed.Error);
        Assert.Contains(problem, failed.Error, StringComparison.Ordinal);
        Assert.True(failed.Content.IsEmpty);
    }

    [Fact]
    public void Apply_AfterAHostileDocument_TheNextOneIsServed()
    {
        var view = View("declare function f(x) { while (x.Loop); return { ok: x.N }; } from Orders as x select f(x)");

        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(view.Apply(Put("""{"Loop":true}"""))!.Error);
            Assert.Equal($$"""{"ok":{{i}}}""", Text(view.Apply(Put($$"""{"N":{{i}}}"""))));
        }
    }

    [Theory]
    [InlineData("x.Lines.slice().sort(function () { while (true); })")]
    [InlineData("x.Lines.map(function g(l) { return g(l); })")]
    public void Test_HostileCondition_IsStoppedToo(string expression)
    {
        var failed = View($"declare function f(x) {{ return {expression}; }} from Orders as x where f(x)").Apply(Put(Order));

        Assert.NotNull(failed!.Error);
    }

    [Fact]
    public void Apply_TimeBeyondTheLimit_IsStopped()
    {
        var limits = Limits with { ScriptStatements = int.MaxValue, ScriptMemoryBytes = int.MaxValue, ScriptTime = TimeSpan.FromMilliseconds(50) };
        var clock = Stopwatch.StartNew();

        var error = Project("var n = 0; while (true) { n = n + 1; }", limits: limits);

        Assert.Equal("function 'f': took more than 50 ms for one document (Limits:ScriptTime)", error);
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(50), Soon);
    }

    [Fact]
    public void Apply_LimitsOfOneDocument_AreForAllItsCallsTogether()
    {
        var limits = Limits with { ScriptStatements = 1000 };
        static string Query(int calls) => "declare function f(x) { for (var i = 0; i < 100; i++) { } return 1; } from Orders as x select { "
            + string.Join(", ", Enumerable.Range(0, calls).Select(i => $"c{i}: f(x)")) + " }";

        Assert.Null(View(Query(3), limits).Apply(Put(Order))!.Error);
        Assert.Contains("1000 statements", View(Query(20), limits).Apply(Put(Order))!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_RecursionToTheLimit_IsAllowed()
    {
        Assert.Equal("64", Evaluate("(function down(n) { return n == 0 ? 1 : 1 + down(n - 1); })(62) + 1"));
        Assert.Contains("at most 64 calls", Evaluate("(function down(n) { return n == 0 ? 1 : 1 + down(n - 1); })(63)"), StringComparison.Ordinal);
    }

    /// <summary>The worst that the parser lets through, called as deep as the meter lets it, on the smallest stack that threads have.</summary>
    [Theory]
    [InlineData("return ", "(1 + ", ")", "")]
    [InlineData("return ", "id(", ")", "")]
    [InlineData("return ", "[", "]", "")]
    [InlineData("return ", "[1].map(", ")", "")]
    [InlineData("return ", "{ a: ", "}", "")]
    [InlineData("return ", "new Array(", ")", "")]
    [InlineData("return ", "true ? ", " : 1", "")]
    [InlineData("return ", "x[", "]", "")]
    [InlineData("return ", "!", "", "")]
    [InlineData("return ", "(function () { return ", "; })()", "")]
    [InlineData("return ", "s += ", "", "")]
    [InlineData("", "{", "}", ";")]
    [InlineData("", "if (true) ", "", ";")]
    [InlineData("", "try { ", "} finally { }", ";")]
    [InlineData("", "for (var i = 0; i < 1; i++) ", "", ";")]
    [InlineData("", "switch (1) { case 1: ", "}", ";")]
    [InlineData("", "do { ", "} while (false);", ";")]
    public void Apply_DeepSyntaxAndDeepCallsTogether_StayWithinTheStack(string before, string open, string close, string end)
    {
        var view = Enumerable.Range(1, 150).Reverse().Select(depth => TryView(
            $"var s = ''; {before}{Repeat(open, depth)}f(x){end}{Repeat(close, depth)};")).First(v => v is not null)!;
        string? error = null;
        var thread = new Thread(() => error = view.Apply(Put(Order))!.Error, 1536 * 1024);

        thread.Start();

        Assert.True(thread.Join(Soon));
        Assert.NotNull(error);
    }

    private static IChangeView? TryView(string body)
    {
        try
        {
            return View($"declare function f(x) {{ {body} }} from Orders as x select f(x)", Limits with { ScriptRecursion = 1_000_000, ScriptTime = TimeSpan.FromSeconds(2) });
        }
        catch (QueryException)
        {
            return null;
        }
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [Fact]
    public void Apply_HostileDocuments_AreReadWithinTheLimits()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 127)) + "1" + new string('}', 127);

        Assert.Equal("1", Evaluate("(function (o) { while (typeof o === 'object') o = o.a; return o; })(x)", deep));
        Assert.Equal("function 'f': the content is not valid JSON, or nests too deep", Evaluate("x.a.b", "{\"a\":{\"b\":1"));
        Assert.Contains("took more than", Evaluate("x.length", $"{{\"length\":[{string.Join(',', Enumerable.Repeat("1", 1_000_000))}]}}"), StringComparison.Ordinal);
    }
}
