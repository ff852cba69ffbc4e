using System.Text;
using Subscriptions.Core.Documents;
using Xunit;
using static Subscriptions.Scripting.Tests.DesignScripts;

namespace Subscriptions.Scripting.Tests;

/// <summary>Filter functions of design documents: what they get, and what their results mean.</summary>
public sealed class DesignFilterTests
{
    private const string ById = "00000000000000000000000000000000";

    [Theory]
    [InlineData("""{"priority":"high"}""", "yes")]
    [InlineData("""{"priority":"low"}""", "no")]
    [InlineData("{}", "no")]
    public void Apply_TheFilterForImportantDocuments_ComparesPriorities(string content, string expected)
    {
        const string byConstant = "function (doc, req) { if (doc.priority == 'high') { return true; } else { return false; } }";
        const string byRequest = "function(doc, req) {\n  if (doc.priority == req.query.priority) {\n    return true;\n  }\n  return false;\n}\n";

        Assert.Equal(expected, Filter(byConstant).Outcome(content));
        Assert.Equal(expected, Filter(byRequest, """{"query":{"filter":"app/important","priority":"high"}}""").Outcome(content));
    }

    [Theory]
    [InlineData("alice", "yes")]
    [InlineData("bob", "no")]
    public void Apply_AFilterByUser_SeesWhoAsks(string name, string expected)
    {
        var view = Filter(
            "function (doc, req) { return doc.owner === req.userCtx.name || req.userCtx.roles.indexOf('_admin') !== -1; }",
            """{"userCtx":{"db":"shop","name":"NAME","roles":["reader"]}}""".Replace("NAME", name, StringComparison.Ordinal));

        Assert.Equal(expected, view.Outcome("""{"owner":"alice"}"""));
    }

    [Theory]
    [InlineData("true", "yes")]
    [InlineData("1", "yes")]
    [InlineData("'false'", "yes")]
    [InlineData("{}", "yes")]
    [InlineData("[]", "yes")]
    [InlineData("new Boolean(false)", "yes")]
    [InlineData("function () { }", "yes")]
    [InlineData("0", "no")]
    [InlineData("NaN", "no")]
    [InlineData("''", "no")]
    [InlineData("null", "no")]
    [InlineData("undefined", "no")]
    [InlineData("doc.missing", "no")]
    public void Apply_AnyResult_CountsAsItDoesInJavaScript(string result, string expected) =>
        Assert.Equal(expected, Filter($"function (doc) {{ return {result}; }}").Outcome());

    [Fact]
    public void Apply_NoResult_DoesNotPass() => Assert.Equal("no", Filter("function (doc, req) { }").Outcome());

    [Theory]
    [InlineData("doc._id", "orders/1")]
    [InlineData("doc._rev", "2-000000000000000000000000000000ab")]
    [InlineData("typeof doc._deleted", "undefined")]
    [InlineData("Object.keys(doc).slice(0, 3).join()", "_id,_rev,Company")]
    [InlineData("JSON.stringify(doc).slice(0, 18)", "{\"_id\":\"orders/1\",")]
    [InlineData("toJSON({ d: doc }).slice(0, 23)", "{\"d\":{\"_id\":\"orders/1\",")]
    [InlineData("doc.Lines[1].Product + doc.ShipTo.City", "p/2Reims")]
    [InlineData("this === undefined ? 'undefined' : typeof this.views", "undefined")]
    public void Apply_TheDocument_HasIdAndRevision(string expression, string expected) => Assert.Equal(expected, Value(expression, Document()));

    [Fact]
    public void Apply_ContentWithFieldsOfItsOwnByTheseNames_DoesNotHideTheReal() =>
        Assert.Equal("orders/1 2-000000000000000000000000000000ab 1", Value("[doc._id, doc._rev, doc.a].join(' ')", Document("""{"_id":"x","a":1,"_rev":"y"}""")));

    [Theory]
    [InlineData(ChangeKind.Delete)]
    [InlineData(ChangeKind.Expiry)]
    public void Apply_ATombstone_IsAnIdARevisionAndDeleted(ChangeKind kind) =>
        Assert.Equal("""{"_id":"orders/1","_rev":"2-000000000000000000000000000000ab","_deleted":true}""", Value("JSON.stringify(doc)", Deleted(kind: kind)));

    [Theory]
    [InlineData("function (doc) { return doc._deleted; }", "no", "yes")]
    [InlineData("function (doc) { return !doc._deleted; }", "yes", "no")]
    [InlineData("function (doc) { return doc._deleted || doc.Company === 'companies/1'; }", "yes", "yes")]
    public void Apply_DeletedAndOthers_AreTheFunctionsChoice(string source, string live, string deleted)
    {
        var view = Filter(source);

        Assert.Equal(live, view.Outcome(Document()));
        Assert.Equal(deleted, view.Outcome(Deleted()));
    }

    [Fact]
    public void Apply_ADesignDocument_IsADocumentLikeOthers()
    {
        var view = Filter("function (doc) { return doc._id.substr(0, 8) !== '_design/'; }");

        Assert.Null(view.Collection);
        Assert.Equal("no", view.Outcome(Document("{}", "_design/app")));
        Assert.Equal("yes", view.Outcome(Document("{}", "design/app")));
    }

    [Fact]
    public void Apply_TheRequest_IsAsTheFaceGaveIt()
    {
        const string request = $$$"""
            {"info":{"db_name":"shop","update_seq":"12-abc"},"id":null,"uuid":"{{{ById}}}","method":"GET","requested_path":["shop","_changes?filter=app%2Fx"],
            "path":["shop","_changes"],"raw_path":"/shop/_changes?filter=app%2Fx","query":{"filter":"app/x","é":"ü \ud83d\ude00"},"headers":{"Host":"h"},"body":"undefined","peer":"127.0.0.1",
            "form":{},"cookie":{},"userCtx":{"db":"shop","name":null,"roles":[]},"secObj":{}}
            """;

        Assert.Equal("shop GET null 32 h 0 0 ü 😀 2 127.0.0.1", Value(
            "[req.info.db_name, req.method, String(req.id), req.uuid.length, req.headers.Host, Object.keys(req.form).length, req.userCtx.roles.length, req.query['é'], req.path.length, req.peer].join(' ')",
            Document(),
            request));
    }

    [Fact]
    public void Apply_WithoutARequest_GetsAnEmptyOne() =>
        Assert.Equal("yes", Compile("function (doc, req) { return Object.keys(req).length === 0; }").CreateFilter().Outcome());

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData(" ")]
    [InlineData("""{"a":{"b":"\ud800"}}""")]
    [InlineData("""{"\udc00":1}""")]
    public void CreateFilter_NotOneJsonObject_IsRefused(string request) =>
        Assert.Throws<ArgumentException>(() => Compile("function () { }").CreateFilter(Encoding.UTF8.GetBytes(request)));

    [Fact]
    public void CreateFilter_TooDeepARequest_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Compile("function () { }").CreateFilter(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200))));

    [Theory]
    [InlineData("throw new Error('boom');", "filter function, line 2: Error: boom")]
    [InlineData("throw { forbidden: 'no' };", "filter function, line 2: threw [object Object]")]
    [InlineData("throw ['a', 1];", "filter function, line 2: threw a,1")]
    [InlineData("throw function () { };", "filter function, line 2: threw function")]
    [InlineData("throw doc;", "filter function, line 2: threw [object Object]")]
    [InlineData("throw req.method;", "filter function, line 2: threw undefined")]
    [InlineData("return doc.a.b;", "filter function, line 2: TypeError: something is undefined or null")]
    [InlineData("return doc.a.b();", "filter function, line 2: TypeError")]
    [InlineData("return req.query.x.y;", "filter function, line 2: TypeError: something is undefined or null")]
    [InlineData("return doc.Company();", "filter function, line 2: TypeError")]
    [InlineData("return missing(doc);", "filter function, line 2: ReferenceError: missing is not defined")]
    public void Apply_AFunctionThatThrows_GivesTheChangeWithTheError(string body, string error)
    {
        var failed = Filter($"function (doc, req) {{\n{body} }}").Apply(Document())!;

        Assert.StartsWith(error, failed.Error, StringComparison.Ordinal);
        Assert.True(failed.Content.IsEmpty);
        Assert.Equal("orders/1", failed.Id);
    }

    [Theory]
    [InlineData("{ forbidden: 'no' }", "e.forbidden === 'no' && Object.keys(e).join() === 'forbidden'")]
    [InlineData("[1, 2]", "e.length === 2 && JSON.stringify(e) === '[1,2]'")]
    [InlineData("{ message: 'm' }", "e.message === 'm' && Object.keys(e).join() === 'message'")]
    [InlineData("doc", "e === doc")]
    [InlineData("'text'", "e === 'text'")]
    [InlineData("undefined", "e === undefined")]
    [InlineData("new TypeError('t')", "e instanceof TypeError && e.message === 't'")]
    public void Apply_WhatTheFunctionThrowsAndCatches_IsWhatItThrew(string thrown, string expected) =>
        Assert.Equal("yes", Filter($"function (doc) {{ try {{ throw {thrown}; }} catch (e) {{ return {expected}; }} }}").Outcome());

    /// <summary>What filters are usually made of.</summary>
    [Theory]
    [InlineData("return doc.type && doc.type === req.query.type;")]
    [InlineData("return doc._id.indexOf('order:') === 0 && /^order:\\d+$/.test(doc._id);")]
    [InlineData("return req.query.ids.split(',').indexOf(doc._id) > -1;")]
    [InlineData("return JSON.parse(req.query.list).some(function (id) { return id === doc._id; });")]
    [InlineData("return new Date(doc.at) > new Date(req.query.after) && Date.parse(doc.at) < Date.UTC(2030, 0, 1);")]
    [InlineData("return new RegExp(req.query.pattern, 'i').test(doc.type);")]
    [InlineData("switch (doc.type) { case 'a': return false; case 'order': return true; default: return false; }")]
    [InlineData("for (var key in doc) if (key.charAt(0) !== '_' && doc[key] === req.query.type) return true; return false;")]
    [InlineData("return parseInt(req.query.min, 10) <= doc.n && doc.n < +req.query.max;")]
    [InlineData("if (doc._deleted) { return true; } if (!doc.hasOwnProperty('owners')) { return false; } return doc.owners.filter(function (o) { return o === req.userCtx.name; }).length;")]
    [InlineData("var match = doc._id.match(/^(\\w+):(\\d+)$/); return match && match[1] === doc.type && match[2] === '7';")]
    [InlineData("return 'owners' in doc && Object.keys(req.query).length && doc.type.toUpperCase() === 'ORDER' && typeof doc.n === 'number';")]
    public void Apply_UsualFilters_Work(string body)
    {
        const string request = """
            {"query":{"type":"order","ids":"a,order:7","list":"[\"order:7\"]","after":"2026-01-01T00:00:00Z","pattern":"^ORD","min":"5","max":"9"},"userCtx":{"name":"alice","roles":[]}}
            """;

        Assert.Equal("yes", Filter($"function (doc, req) {{ {body} }}", request).Outcome(Document("""{"type":"order","n":7,"at":"2026-03-01T10:00:00.000Z","owners":["bob","alice"]}""", "order:7")));
    }

    [Fact]
    public void Apply_AFunctionThatThrowsOnSomeDocuments_ServesTheOthers()
    {
        var view = Filter("function (doc) { return doc.type.length > 0; }");

        Assert.Contains("TypeError", view.Outcome("{}"), StringComparison.Ordinal);
        Assert.Equal("yes", view.Outcome("""{"type":"a"}"""));
        Assert.Contains("TypeError", view.Outcome(Deleted()), StringComparison.Ordinal);
        Assert.Equal("no", view.Outcome("""{"type":""}"""));
    }

    [Fact]
    public void Apply_ContentThatIsNoJson_FailsWhereTheFunctionLooksAtIt()
    {
        Assert.Equal("filter function: the content is not valid JSON, or nests too deep", Filter("function (doc) { return doc.a; }").Outcome("{\"a\":"));
        Assert.Equal("yes", Filter("function (doc) { return true; }").Outcome("{\"a\":"));
    }

    private static string Value(string expression, Change change, string request = "{}")
    {
        var problem = Filter($"function (doc, req) {{ throw String({expression}); }}", request).Outcome(change);
        Assert.StartsWith("filter function, line 1: ", problem, StringComparison.Ordinal);
        return problem["filter function, line 1: ".Length..];
    }
}
