using Xunit;
using static Subscriptions.Scripting.Tests.DesignScripts;

namespace Subscriptions.Scripting.Tests;

/// <summary>Map functions of views as filters, and what CouchDB gives to functions of design documents.</summary>
public sealed class DesignMapTests
{
    [Theory]
    [InlineData("function (doc) { emit(doc._id, 1); }", "yes")]
    [InlineData("function (doc) { emit(); }", "yes")]
    [InlineData("function (doc) { emit(null, null); }", "yes")]
    [InlineData("function (doc) { if (doc.type === 'order') emit(doc._id, doc); }", "no")]
    [InlineData("function (doc) { doc.Lines.forEach(function (line) { emit([doc.Company, line.Product], line.Quantity); }); }", "yes")]
    [InlineData("function (doc) { for (var i in doc.Tags) emit(doc.Tags[i]); }", "yes")]
    [InlineData("function (doc) { [].forEach(emit); }", "no")]
    [InlineData("function (doc) { ['a'].forEach(emit); }", "yes")]
    [InlineData("function (doc) { return true; }", "no")]
    [InlineData("function (doc) { emit(1); return false; }", "yes")]
    [InlineData("function (doc, req) { if (req === undefined) emit(1); }", "yes")]
    [InlineData("function (doc) { var emit = function () { }; emit(1); }", "no")]
    [InlineData("function map(doc) { function walk(o) { if (o.Price > 10) emit(o.Price); } doc.Lines.map(walk); }", "yes")]
    [InlineData("function emit(doc) { return doc; }", "no")]
    public void Apply_AMapFunction_PassesWhatItEmits(string source, string expected) => Assert.Equal(expected, Map(source).Outcome());

    [Fact]
    public void Apply_AfterADocumentThatEmitted_TheNextStartsWithNothing()
    {
        var view = Map("function (doc) { if (doc.n % 2) emit(doc.n); }");

        for (var n = 0; n < 6; n++) Assert.Equal(n % 2 == 1 ? "yes" : "no", view.Outcome($$"""{"n":{{n}}}"""));
    }

    [Fact]
    public void Apply_ThrowsAfterEmit_IsAnErrorAndDoesNotCountForTheNext()
    {
        var view = Map("function (doc) {\n\n if (doc.bad) { emit(1); throw 'oops'; } }");

        Assert.Equal("map function, line 3: oops", view.Outcome("""{"bad":true}"""));
        Assert.Equal("no", view.Outcome("{}"));
    }

    [Fact]
    public void Apply_ATombstone_IsSeenByMapFunctionsToo()
    {
        var view = Map("function (doc) { if (doc._deleted) emit(doc._id, doc._rev); }");

        Assert.Equal("yes", view.Outcome(Deleted()));
        Assert.Equal("no", view.Outcome(Document()));
    }

    [Fact]
    public void Apply_EmitInAFilter_ChangesNothing() => Assert.Equal("no", Filter("function (doc) { emit(1); return false; }").Outcome());

    [Theory]
    [InlineData("isArray(doc.Lines) && isArray([]) && !isArray({ length: 1 }) && !isArray('a') && !isArray() && !isArray(null)")]
    [InlineData("sum([1, 2, 3.5]) === 6.5 && sum([]) === 0 && sum() === 0 && sum(null) === 0")]
    [InlineData("sum(['1', 2]) === '012' && sum({ a: 1, b: 2 }) === 3 && sum([true, true]) === 2 && isNaN(sum([1, undefined]))")]
    [InlineData("sum([1, [2], { valueOf: function () { return 3; } }]) === '123' || sum([1, { valueOf: function () { return 3; } }]) === 4")]
    [InlineData("toJSON({ a: [1, 'b', null] }) === '{\"a\":[1,\"b\",null]}' && JSON.stringify(1) === '1'")]
    [InlineData("log('x') === undefined && log({ toString: function () { throw 1; } }) === undefined && log() === undefined")]
    [InlineData("typeof id === 'undefined' && typeof require === 'function' && typeof eval === 'undefined'")]
    public void Apply_WhatTheQueryServerGives_IsThere(string expression) => Assert.Equal("yes", Filter($"function (doc) {{ return {expression}; }}").Outcome());

    [Fact]
    public void Apply_Require_SaysThatThereAreNoModules()
    {
        var outcome = Filter("function (doc, req) {\n  var lib = require('views/lib/x');\n  return lib.check(doc);\n}").Outcome();

        Assert.Equal("filter function, line 2: Error: 'require' is not supported here: a function cannot load modules; what it needs is to be in the function itself", outcome);
    }

    [Fact]
    public void Apply_Globals_AreThoseOfTheLanguageAndOfCouchDb()
    {
        const string names = "Array Boolean Date Error EvalError Infinity JSON Math NaN Number Object RangeError ReferenceError RegExp String SyntaxError TypeError URIError "
            + "decodeURI decodeURIComponent emit encodeURI encodeURIComponent isArray isFinite isNaN log parseFloat parseInt require sum toJSON undefined";

        Assert.Equal("yes", Filter($"function (doc) {{ return Object.getOwnPropertyNames((function () {{ return this; }})()).sort().join(' ') === '{names}'; }}").Outcome());
    }
}
