using System.Diagnostics;
using System.Text;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Scripting.Tests.DesignScripts;

namespace Subscriptions.Scripting.Tests;

/// <summary>Functions of design documents that want more than they get, or leave something for the next document or the next reader.</summary>
public sealed class DesignIsolationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Each counts the evaluations that it can see, which is to be this one only.</summary>
    public static TheoryData<string> Counters =>
    [
        "count = (typeof count === 'undefined' ? 0 : count) + 1; n = typeof count === 'undefined' ? 1 : count;",
        "var g = (function () { return this; })(); g.count = (g.count || 0) + 1; n = g.count || 1;",
        "self.count = (self.count || 0) + 1; n = self.count || 1;",
        "self.prototype.count = (self.prototype.count || 0) + 1; n = self.prototype.count || 1;",
        "var was = self; self = null; n = self === was ? 1 : 2;",
        "emit.count = (emit.count || 0) + 1; n = emit.count || 1;",
        "emit = 1; n = typeof emit === 'function' ? 1 : 2;",
        "sum = isArray = log = toJSON = require = null; n = sum([1]);",
        "toJSON.count = (JSON.stringify.count || 0) + 1; n = JSON.stringify.count || 1;",
        "Object.prototype.count = (Object.prototype.count || 0) + 1; n = ({}).count || 1;",
        "Array.prototype.indexOf = function () { return 2; }; n = [1].indexOf(2) + 2;",
        "doc.count = (doc.count || 0) + 1; n = doc.count;",
        "doc._id += 'x'; n = doc._id.length - 8;",
        "doc.Lines.push(1); n = doc.Lines.length - 2;",
        "doc.ShipTo.count = (doc.ShipTo.count || 0) + 1; n = doc.ShipTo.count;",
        "delete doc._rev; n = doc._rev === undefined ? 1 : 2; ",
        "req.count = (req.count || 0) + 1; n = req.count;",
        "req.query.n = Number(req.query.n || 0) + 1; n = req.query.n;",
        "req.userCtx.roles.push('_admin'); n = req.userCtx.roles.length;",
        "req.userCtx.name = req.userCtx.name ? 'second' : 'first'; n = req.userCtx.name === 'first' ? 1 : 2;",
        "Object.freeze(req.query); n = 1;",
        "Object.defineProperty(req, 'method', { get: function () { return 1; } }); n = 1;",
    ];

    [Theory]
    [MemberData(nameof(Counters))]
    public void Apply_WhatAnEvaluationLeaves_IsNotThereForTheNextDocumentNorTheNextReader(string body)
    {
        var function = Compile($"function self(doc, req) {{ var n = 0; {body} throw 'n=' + n; }}");
        var request = Encoding.UTF8.GetBytes("""{"method":"GET","query":{},"userCtx":{"name":null,"roles":[]}}""");
        for (var reader = 0; reader < 2; reader++)
        {
            var view = function.CreateFilter(request);
            for (var i = 0; i < 3; i++)
            {
                // A function may as well be told that it cannot do that.
                var outcome = view.Outcome();
                Assert.True(outcome.EndsWith(": n=1", StringComparison.Ordinal) || outcome.Contains("TypeError", StringComparison.Ordinal), outcome);
            }
        }

        Assert.Equal("""{"method":"GET","query":{},"userCtx":{"name":null,"roles":[]}}""", Encoding.UTF8.GetString(request));
    }

    [Theory]
    [InlineData("while (true);", "100000 statements")]
    [InlineData("while (true) emit(1, 2);", "statements")]
    [InlineData("try { while (true); } catch (e) { return true; } finally { return true; }", "statements")]
    [InlineData("return self(doc);", "deep")]
    [InlineData("try { return self(doc); } catch (e) { return true; }", "deep")]
    [InlineData("var s = 'aaaaaaaa'; while (true) s += s;", "memory")]
    [InlineData("var s = 'aaaaaaaa'; while (true) s = sum([s, s]);", "characters")]
    [InlineData("var a = ['aaaa']; for (var i = 0; i < 17; i++) a = a.concat(a); return sum(a.slice(0, 99999));", "")]
    [InlineData("sum(new Array(4294967295));", "elements")]
    [InlineData("sum({ length: { valueOf: function () { while (true); } } });", "length")]
    [InlineData("sum([{ valueOf: function () { while (true); } }]);", "statements")]
    [InlineData("sum([{ toString: function () { return sum([this]); } }]);", "deep")]
    [InlineData("var a = []; a[0] = a; toJSON(a);", "nests deeper")]
    [InlineData("toJSON({ toJSON: function () { while (true); } });", "statements")]
    [InlineData("doc.toString = function () { return doc + ''; }; return doc + '';", "deep")]
    [InlineData("req.toString = function () { return req + ''; }; return req + '';", "deep")]
    [InlineData("/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');", "regular expression took")]
    [InlineData("throw { toString: function () { while (true); } };", "")]
    [InlineData("emit.constructor('return 1')();", "")]
    [InlineData("require.call.call.call.call(require);", "")]
    [InlineData("System.IO.File.Exists('/');", "ReferenceError")]
    public void Apply_AHostileFunction_IsStoppedAndTheNextDocumentServed(string body, string problem)
    {
        var view = Filter($"function self(doc, req) {{ if (!doc.bad) return true; {body} }}", limits: new QueryLimits { ScriptTime = TimeSpan.FromSeconds(2) });
        var clock = Stopwatch.StartNew();

        var failed = view.Apply(Document("""{"bad":true}"""))!;

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
        Assert.Contains(problem, failed.Error, StringComparison.Ordinal);
        Assert.Equal("yes", view.Outcome("{}"));
    }

    [Fact]
    public void Apply_TimeBeyondTheLimit_IsStopped()
    {
        var limits = new QueryLimits { ScriptStatements = int.MaxValue, ScriptMemoryBytes = int.MaxValue, ScriptTime = TimeSpan.FromMilliseconds(50) };

        Assert.Equal("map function: took more than 50 ms for one document (Limits:ScriptTime)", Map("function (doc) { while (true) { } }", limits).Outcome());
    }

    [Fact]
    public void Apply_AHostileRequest_IsReadWithinTheLimits()
    {
        var wide = $"{{\"query\":{{{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":\"v\""))}}}}}";
        var limits = new QueryLimits { ScriptMemoryBytes = 4 * 1024 * 1024 };

        Assert.Contains("memory", Filter("function (doc, req) { return req.query.k1; }", wide, limits).Outcome(), StringComparison.Ordinal);
        Assert.Equal("yes", Filter("function (doc, req) { return doc.Company; }", wide, limits).Outcome());
    }

    [Fact]
    public async Task Apply_ManyReadersOfOneFunctionOnManyThreads_NeverMix()
    {
        var filter = Compile("function (doc, req) { req.seen = (req.seen || '') + doc.owner; doc.n = (doc.n || 0) + 1; return req.seen === req.query.owner && doc.n === 1; }");
        var map = Compile("function (doc) { if (doc.owner % 2 === 0) emit(doc.owner); }", DesignFunctionKind.Map);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            var filtered = filter.CreateFilter(Encoding.UTF8.GetBytes($$$"""{"query":{"owner":"{{{worker}}}"}}"""));
            var mapped = map.CreateFilter();
            for (var i = 0; i < 200; i++)
            {
                var owner = i % 8;
                Assert.Equal(owner == worker ? "yes" : "no", filtered.Outcome($$"""{"owner":"{{owner}}"}"""));
                Assert.Equal(owner % 2 == 0 ? "yes" : "no", mapped.Outcome($$"""{"owner":{{owner}}}"""));
            }
        }))).Within();
    }
}
