using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

/// <summary>What a function does for one document is not seen by any other evaluation, although they may share an engine.</summary>
public sealed class IsolationTests
{
    [Theory]
    [InlineData("count = (typeof count === 'undefined' ? 0 : count) + 1; return { n: typeof count === 'undefined' ? 0 : count };")]
    [InlineData("this.count = (this.count || 0) + 1; return { n: this.count || 0 };")]
    [InlineData("f.count = (f.count || 0) + 1; return { n: f.count || 0 };")]
    [InlineData("f.prototype.count = (f.prototype.count || 0) + 1; return { n: f.prototype.count || 0 };")]
    [InlineData("arguments.callee.count = (arguments.callee.count || 0) + 1; return { n: f.count || 0 };")]
    [InlineData("Object.prototype.count = (Object.prototype.count || 0) + 1; return { n: ({}).count || 0 };")]
    [InlineData("Array.prototype.count = ([].count || 0) + 1; return { n: [].count || 0 };")]
    [InlineData("String.prototype.count = (''.count || 0) + 1; return { n: ''.count || 0 };")]
    [InlineData("Math.count = (Math.count || 0) + 1; return { n: Math.count || 0 };")]
    [InlineData("id.count = (id.count || 0) + 1; return { n: id.count || 0 };")]
    [InlineData("[].map.count = ([].map.count || 0) + 1; return { n: [].map.count || 0 };")]
    [InlineData("Error.prototype.count = (new Error().count || 0) + 1; return { n: new Error().count || 0 };")]
    [InlineData("Error.prototype.message += 'x'; return { n: new Error().message.length };")]
    [InlineData("Object.defineProperty(Object.prototype, 'n', { value: 1, writable: true }); return { n: 0 };")]
    [InlineData("var r = /a/g; r.test('aaaa'); return { n: r.lastIndex - 1 };")]
    [InlineData("RegExp.prototype.count = (/a/.count || 0) + 1; return { n: /a/.count || 0 };")]
    [InlineData("x.count = (x.count || 0) + 1; return { n: x.count - 1 };")]
    [InlineData("var d = f; f = null; return { n: typeof f === 'function' ? 0 : 1 };")]
    [InlineData("parseInt = null; return { n: parseInt('0') };")]
    [InlineData("undefined = 1; NaN = 2; return { n: undefined || 0 };")]
    [InlineData("function g(a) { arguments[0] = a + 1; return a; } return { n: g(0) - 1 };")]
    public void Apply_StateThatAFunctionLeaves_IsNotThereForTheNextDocument(string body)
    {
        var view = View($"declare function f(x) {{ {body} }} from Orders as x select f(x)");
        for (var i = 0; i < 3; i++)
        {
            var made = view.Apply(Put(Order))!;

            // A function may as well be told that it cannot do that.
            if (made.Error is null) Assert.Equal("""{"n":0}""", Text(made));
            else Assert.Contains("TypeError", made.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Apply_ChangesOfTheDocument_AreSeenByLaterCallsForIt()
    {
        var view = View("declare function mark(x) { x.Marked = true; return true; } declare function get(x) { return x.Marked; } from Orders as x where mark(x) select { Seen: get(x), Path: x.Marked }");

        Assert.Equal("""{"Seen":true,"Path":null}""", Text(view.Apply(Put(Order))));
    }

    [Fact]
    public void Apply_Globals_AreThoseOfTheLanguageOnly()
    {
        var names = Evaluate("(function () { return Object.getOwnPropertyNames(this).sort().join(' '); })()");

        Assert.Equal(
            "\"Array Boolean Date Error EvalError Infinity JSON Math NaN Number Object RangeError ReferenceError RegExp String SyntaxError TypeError URIError "
            + "decodeURI decodeURIComponent encodeURI encodeURIComponent f id isFinite isNaN parseFloat parseInt undefined\"",
            names);
    }
}
