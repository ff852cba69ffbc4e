using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

public sealed class ScriptFunctionTests
{
    [Theory]
    [InlineData("isBig(x)", true)]
    [InlineData("not isBig(x)", false)]
    [InlineData("not isSmall(x) and x.Freight > 3", true)]
    [InlineData("isSmall(x) or Company = 'companies/1'", true)]
    [InlineData("sum(x.Lines[].Price) = 17.5", true)]
    [InlineData("sum(x.Lines[].Price) < 17.5", false)]
    [InlineData("17.5 <= sum(Lines[].Price)", true)]
    [InlineData("city(x) = 'Reims'", true)]
    [InlineData("city(x) in ('Metz', 'Reims')", true)]
    [InlineData("startsWith(city(x), 'Re')", true)]
    [InlineData("regex(city(x), 's$')", true)]
    [InlineData("sum(Lines[].Price) between 17 and 18", true)]
    [InlineData("city(x) = city(x)", true)]
    [InlineData("nothing(x) = null", true)]
    [InlineData("nothing(x)", false)]
    [InlineData("same(x.ShipTo.City, 'Reims')", true)]
    [InlineData("same(x.Freight, 32.38)", true)]
    [InlineData("same(x.Missing, $none)", false)]
    [InlineData("same(same(x.Freight, 32.38), true)", true)]
    [InlineData("same(id(), 'orders/1')", true)]
    [InlineData("ids(x)", true)]
    [InlineData("length($list) = 3", true)]
    public void Apply_ConditionsWithCalls_Decide(string where, bool matches)
    {
        const string functions =
            """
            declare function isBig(x) { return x.Freight > 30 && x.Lines.length === 2; }
            declare function isSmall(x) { return !isBig(x); }
            declare function sum(list) { var s = 0; for (var i = 0; i < list.length; i++) s += list[i]; return s; }
            declare function city(x) { return x.ShipTo.City; }
            declare function nothing() { }
            declare function same(a, b) { return a === b; }
            declare function ids(x) { return id() === 'orders/1' && id(x) === id() && id({}) === null; }
            declare function length(a) { return a.length; }

            """;
        var parameters = where.Contains("$none", StringComparison.Ordinal) ? """{"none":null}"""
            : where.Contains("$list", StringComparison.Ordinal) ? """{"list":[1,2,3]}""" : "";
        var query = Compile(functions + "from Orders as x where " + where, parameters: parameters);
        var change = Put(Order);

        Assert.Same(matches ? change : null, query.CreateView().Apply(change));
        Assert.Equal(matches, query.CreateFilter().Matches(change));
    }

    [Theory]
    [InlineData("return { Total: x.Freight * 2, Ids: x.Lines.map(function (l) { return l.Product; }) };", """{"Total":64.76,"Ids":["p/1","p/2"]}""")]
    [InlineData("x.New = 1; delete x.Lines; delete x.Tags; delete x.ShipTo; return x;", """{"Company":"companies/1","Freight":32.38,"New":1}""")]
    [InlineData("return { a: undefined, b: function () {}, c: null, d: NaN, e: [undefined, 1], f: new Date(0), g: Infinity, h: 1e21, i: -0.5, j: 1e15 };",
        """{"c":null,"d":null,"e":[null,1],"f":"1970-01-01T00:00:00.000Z","g":null,"h":1e+21,"i":-0.5,"j":1000000000000000}""")]
    [InlineData("return { Lines: x.Lines, To: x.ShipTo };", """{"Lines":[{"Product":"p/1","Price":14.5,"Quantity":2},{"Product":"p/2","Price":3}],"To":{"City":"Reims"}}""")]
    [InlineData("x.ShipTo.City = 'Metz'; return { To: x.ShipTo };", """{"To":{"City":"Metz"}}""")]
    [InlineData("x.ShipTo = 7; return { To: x.ShipTo };", """{"To":7}""")]
    [InlineData("return { toJSON: function () { return { a: 1 }; } };", """{"a":1}""")]
    [InlineData("return { 's\"': 'é\\n\\ud800' };", "{\"s\\\"\":\"é\\n\\uFFFD\"}")]
    [InlineData("return {};", "{}")]
    public void Apply_Projections_GiveTheObject(string body, string expected) => Assert.Equal(expected, Project(body));

    [Fact]
    public void Apply_ProjectionThatReturnsTheDocument_KeepsItsBytes() => Assert.Equal(Order, Project("return x;"));

    [Theory]
    [InlineData("return 1;", "a number")]
    [InlineData("return 'a';", "a string")]
    [InlineData("return [1];", "an array")]
    [InlineData("return true;", "true or false")]
    [InlineData("", "null or undefined")]
    public void Apply_ProjectionThatIsNoObject_IsAnError(string body, string made) =>
        Assert.Equal($"function 'f' returned {made}; what it is selected for is an object", Project(body));

    [Fact]
    public void Apply_CallsInASelectedObject_AreItsValues()
    {
        var view = View("declare function two(a) { return a * 2; } declare function none() {} from Orders as x select { a: two(x.Freight), b: { c: none(), d: two(two(1)) }, e: x.Tags }");

        Assert.Equal("""{"a":64.76,"b":{"c":null,"d":4},"e":["a","b"]}""", Text(view.Apply(Put(Order))));
    }

    [Fact]
    public void Apply_CallsAsFields_AreNamedAfterTheFunction() => Assert.Equal(
        """{"two":2,"Company":"companies/1"}""", Text(View("declare function two() { return 2; } from Orders select two(), Company").Apply(Put(Order))));

    [Fact]
    public void Apply_FunctionThatThrowsInACondition_DeliversTheItemWithItsError()
    {
        var view = View("declare function f(x) {\n  return x.Missing.Deeper;\n}\nfrom Orders as x where f(x)");

        var failed = view.Apply(Put(Order))!;
        var good = view.Apply(Put("""{"Missing":{"Deeper":true}}"""))!;

        Assert.Contains("function 'f', line 2 of the query: TypeError", failed.Error, StringComparison.Ordinal);
        Assert.True(failed.Content.IsEmpty);
        Assert.Null(good.Error);
        Assert.False(Compile("declare function f(x) { throw 1; } from Orders as x where f(x)").CreateFilter().Matches(Put(Order)));
    }

    [Theory]
    [InlineData("throw new Error('no good');", "Error: no good")]
    [InlineData("throw 'text';", "text")]
    [InlineData("throw { a: 1 };", "threw [object Object]")]
    [InlineData("throw new RangeError('r');", "RangeError: r")]
    [InlineData("null.a;", "TypeError")]
    [InlineData("nowhere();", "ReferenceError")]
    public void Apply_WhatFunctionsThrow_IsTold(string body, string message) => Assert.Contains(message, Project(body), StringComparison.Ordinal);

    [Fact]
    public void Apply_RevisionPairs_AreWhatFunctionsSee()
    {
        var view = View("declare function f(x) { return x.Current !== null && x.Previous === null && x.Current.Freight > 30 && id(x) === 'orders/1'; } from Orders (Revisions = true) as x where f(x)");

        Assert.NotNull(view.Apply(Put(Order)));
    }

    [Fact]
    public void Apply_PropertyThatStandsTwice_IsTheFirst() => Assert.Equal("1", Evaluate("x.a", """{"a":1,"a":2}"""));

    [Theory]
    [InlineData("Object.keys(x)", """["Company","Freight","Lines","Tags","ShipTo"]""")]
    [InlineData("(function () { var k = []; for (var n in x.ShipTo) k.push(n); return k; })()", """["City"]""")]
    [InlineData("x.Lines.length", "2")]
    [InlineData("x.Lines[1].Price", "3")]
    [InlineData("x.Tags.concat(['c']).join('-')", "\"a-b-c\"")]
    [InlineData("x.Tags + ''", "\"a,b\"")]
    [InlineData("x.Tags.indexOf('b')", "1")]
    [InlineData("x.hasOwnProperty('Freight') && !('Nope' in x)", "true")]
    [InlineData("x.Lines.filter(function (l) { return l.Price > 5; }).length", "1")]
    [InlineData("x.Lines.reduce(function (s, l) { return s + l.Price; }, 0)", "17.5")]
    [InlineData("x.Lines.slice().sort(function (a, b) { return a.Price - b.Price; })[0].Product", "\"p/2\"")]
    [InlineData("/^comp(an)/.exec(x.Company)[1]", "\"an\"")]
    [InlineData("'a-b-c'.replace(/-/g, '+')", "\"a+b+c\"")]
    [InlineData("'a-b'.replace('-', function (m) { return m + m; })", "\"a--b\"")]
    [InlineData("'a1b22'.match(/\\d+/g)", """["1","22"]""")]
    [InlineData("'a,b'.split(',')", """["a","b"]""")]
    [InlineData("'abc'.split('')", """["a","b","c"]""")]
    [InlineData("'xay'.search('a')", "1")]
    [InlineData("'a'.concat('b', 1)", "\"ab1\"")]
    [InlineData("JSON.parse(JSON.stringify({ a: [1, { b: null }] })).a[1]", """{"b":null}""")]
    [InlineData("new Date(Date.UTC(2026, 0, 2)).toISOString()", "\"2026-01-02T00:00:00.000Z\"")]
    [InlineData("new RegExp('^c', 'i').test('Car') && /x/ instanceof RegExp", "true")]
    [InlineData("[1, 2].map(function (n) { return this.k * n; }.bind({ k: 3 }))", "[3,6]")]
    [InlineData("(function (a, b) { return a + b; }).bind(null, 1)(1)", "2")]
    [InlineData("Math.max.apply(null, [1, 3, 2])", "3")]
    [InlineData("(function () { try { null.a } catch (e) { return e instanceof TypeError; } })()", "true")]
    [InlineData("(function () { var e = new Error('m'); e.name = 'Mine'; return String(e); })()", "\"Mine: m\"")]
    [InlineData("(function () { function P(n) { this.n = n; } P.prototype.get = function () { return this.n; }; return new P(4).get(); })()", "4")]
    [InlineData("(function () { var o = {}; o.toString = function () { return 'mine'; }; return '' + o; })()", "\"mine\"")]
    [InlineData("parseInt('12px') + parseFloat('0.5')", "12.5")]
    [InlineData("[parseInt(' -42abc'), parseInt('0x1F'), parseInt('11', 2), parseInt('z', 36), parseInt('9', 8), parseInt('', 10), parseInt('1', 1)]", "[-42,31,3,35,null,null,null]")]
    [InlineData("[parseFloat(' -1.5e2x'), parseFloat('.5'), parseFloat('5.'), parseFloat('1e'), parseFloat('e1'), parseFloat('.'), parseFloat('-Infinity') < 0, parseFloat('1e400') > 1]", "[-150,0.5,5,1,null,null,true,true]")]
    [InlineData("[new Date(2020, 1, 29).getTime(), Date.UTC(2020, 1, 29), new Date('2020-02-29T00:00:00Z').getTime(), Date.parse('2020-02-29')]", "[1582934400000,1582934400000,1582934400000,1582934400000]")]
    [InlineData("(function () { var d = new Date(0); d.setUTCFullYear(2021, 5, 7); d.setUTCHours(8, 9, 10, 11); return d; })()", "\"2021-06-07T08:09:10.011Z\"")]
    [InlineData("['abc'.match(/x*/g), 'abc'.match(/(?:)/g).length, 'aXbX'.match(/X/g), 'abc'.match(/z/g)]", """[["","","",""],4,["X","X"],null]""")]
    [InlineData("[/$/m.test('a'), /\\$/m.test('a$'), /a$/m.test('a\\nb'), /a\\/b/.test('a/b')]", "[true,true,true,true]")]
    [InlineData("encodeURIComponent('é')", "\"%C3%A9\"")]
    public void Evaluate_OrdinaryJavaScript_Works(string expression, string expected) => Assert.Equal(expected, Evaluate(expression));

    /// <summary>What the engine by itself never comes back from, or not before long; here it is just a value.</summary>
    [Theory]
    [InlineData("Date.UTC(1e10, 0)", "null")]
    [InlineData("Date.UTC(2020, 1e9)", "null")]
    [InlineData("new Date(1e300, 0).getTime()", "null")]
    [InlineData("new Date(8.64e15).getTime()", "null")]
    [InlineData("new Date(0).setFullYear(1e10)", "null")]
    [InlineData("new Date(0).setMonth(1e12)", "null")]
    [InlineData("new Date(0).setHours(1e300)", "null")]
    [InlineData("parseFloat('1e-2147483647')", "0")]
    [InlineData("parseInt('1' + new Array(60000).join('z'))", "1")]
    [InlineData("/$a/m.test('b')", "false")]
    public void Evaluate_WhatTheEngineWouldHangOn_HasAValue(string expression, string expected) => Assert.Equal(expected, Evaluate(expression));
}
