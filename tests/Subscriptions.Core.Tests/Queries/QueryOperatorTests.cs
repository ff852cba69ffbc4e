using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryOperatorTests
{
    [Theory]
    [InlineData("a = 1", """{"a":1}""", true)]
    [InlineData("a = 1", """{"a":2}""", false)]
    [InlineData("a = 1", """{"a":1.0}""", true)]
    [InlineData("a = 1", """{"a":10e-1}""", true)]
    [InlineData("a = 1", """{"a":"1"}""", false)]
    [InlineData("a = 1", """{"a":true}""", false)]
    [InlineData("a = 1", """{"b":1}""", false)]
    [InlineData("1 = a", """{"a":1}""", true)]
    [InlineData("a = b", """{"a":1,"b":1}""", true)]
    [InlineData("a = b", """{"a":1,"b":2}""", false)]
    [InlineData("a = b", """{}""", true)]
    [InlineData("a = 'x'", """{"a":"x"}""", true)]
    [InlineData("a = 'x'", """{"a":"X"}""", false)]
    [InlineData("a = 'é\\n'", """{"a":"\u00e9\n"}""", true)]
    [InlineData("a = true", """{"a":true}""", true)]
    [InlineData("a = true", """{"a":false}""", false)]
    [InlineData("a = false", """{"a":false}""", true)]
    [InlineData("a = false", """{"a":0}""", false)]
    [InlineData("a = false", """{}""", false)]
    [InlineData("a = null", """{"a":null}""", true)]
    [InlineData("a = null", """{}""", true)]
    [InlineData("a = null", """{"a":0}""", false)]
    [InlineData("a = null", """{"a":{}}""", false)]
    [InlineData("a = a", """{"a":{}}""", false)]
    [InlineData("a = a", """{"a":[]}""", false)]
    [InlineData("x = null", "{}", false)]
    [InlineData("1 = 1", "{}", true)]
    [InlineData("1 = 2", "{}", false)]
    public void Equal_OfValues_HoldsForSameTypeAndValue(string where, string content, bool matches)
    {
        Assert.Equal(matches, Matches(where, content));
        Assert.Equal(!matches, Matches(where.Replace("=", "!=", StringComparison.Ordinal), content));
        Assert.Equal(!matches, Matches("not " + where, content));
    }

    [Theory]
    [InlineData("1", "2", -1)]
    [InlineData("-2", "-1", -1)]
    [InlineData("-1", "0", -1)]
    [InlineData("0", "-0.0", 0)]
    [InlineData("0e5", "0", 0)]
    [InlineData("10", "9", 1)]
    [InlineData("1.5", "1.25", 1)]
    [InlineData("0.001", "1e-3", 0)]
    [InlineData("1.10", "1.1", 0)]
    [InlineData("123.45e-1", "12.345", 0)]
    [InlineData("9223372036854775807", "9223372036854775808", -1)]
    [InlineData("18446744073709551616", "18446744073709551617", -1)]
    [InlineData("9007199254740993", "9007199254740992.0", 1)]
    [InlineData("0.1", "0.10000000000000000000000000001", -1)]
    [InlineData("1e400", "1e401", -1)]
    [InlineData("-1e400", "1e-400", -1)]
    [InlineData("1e999999999999999999999999", "2", 1)]
    [InlineData("1e-999999999999999999999999", "0", 1)]
    [InlineData("'a'", "'b'", -1)]
    [InlineData("'a'", "'aa'", -1)]
    [InlineData("'Z'", "'a'", -1)]
    [InlineData("'z'", "'é'", -1)]
    [InlineData("'\\uffff'", "'\\ud800\\udc00'", -1)]
    [InlineData("''", "'a'", -1)]
    [InlineData("'10'", "'9'", -1)]
    public void Order_OfTwoNumbersOrStrings_IsExact(string left, string right, int order)
    {
        string[] symbols = ["=", "!=", "<", "<=", ">", ">="];
        bool[] expected = [order == 0, order != 0, order < 0, order <= 0, order > 0, order >= 0];
        var content = $$"""{"l":{{left.Replace('\'', '"')}},"r":{{right.Replace('\'', '"')}}}""";

        Assert.Equal(expected, symbols.Select(symbol => Matches($"l {symbol} r", content)));
        Assert.Equal(expected, symbols.Select(symbol => Matches($"l {symbol} {right}", content)));
        Assert.Equal(expected, symbols.Select(symbol => Matches($"{left} {symbol} r", content)));
    }

    [Theory]
    [InlineData("1", "\"a\"")]
    [InlineData("1", "true")]
    [InlineData("1", "null")]
    [InlineData("\"a\"", "true")]
    [InlineData("true", "false")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("{}", "{}")]
    [InlineData("[1]", "1")]
    public void Order_OfValuesWithoutOne_NeverHolds(string left, string right)
    {
        string[] symbols = ["<", "<=", ">", ">="];

        Assert.All(symbols, symbol => Assert.False(Matches($"l {symbol} r", $$"""{"l":{{left}},"r":{{right}}}""")));
        Assert.All(symbols, symbol => Assert.False(Matches($"l {symbol} r", $$"""{"l":{{left}}}""")));
    }

    [Theory]
    [InlineData("a in (1, 'x', true, null)", """{"a":1}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{"a":1.0}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{"a":"x"}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{"a":true}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{"a":null}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{}""", true)]
    [InlineData("a in (1, 'x', true, null)", """{"a":2}""", false)]
    [InlineData("a in (1, 'x', true, null)", """{"a":"1"}""", false)]
    [InlineData("a in (1, 'x', true, null)", """{"a":false}""", false)]
    [InlineData("a in (1, 'x', true, null)", """{"a":[1]}""", false)]
    [InlineData("a in (false)", """{"a":false}""", true)]
    [InlineData("a in (1)", """{}""", false)]
    [InlineData("a in (9,1,5,3,7,5)", """{"a":7}""", true)]
    [InlineData("a in (9,1,5,3,7,5)", """{"a":4}""", false)]
    [InlineData("a in (9,1,5,3,7,5)", """{"a":10}""", false)]
    [InlineData("a in ('b','é','a','z','')", """{"a":"\u00e9"}""", true)]
    [InlineData("a between 1 and 3", """{"a":1}""", true)]
    [InlineData("a between 1 and 3", """{"a":3.0}""", true)]
    [InlineData("a between 1 and 3", """{"a":3.01}""", false)]
    [InlineData("a between 1 and 3", """{"a":0}""", false)]
    [InlineData("a between 1 and 3", """{"a":"2"}""", false)]
    [InlineData("a between 1 and 3", """{}""", false)]
    [InlineData("a between 'b' and 'd'", """{"a":"cc"}""", true)]
    [InlineData("a between 'b' and 'd'", """{"a":"dd"}""", false)]
    [InlineData("a between 1 and 'd'", """{"a":2}""", false)]
    [InlineData("a between null and null", """{"a":null}""", false)]
    public void InAndBetween_OfAValue_CompareLikeEqualAndOrder(string where, string content, bool matches) =>
        Assert.Equal(matches, Matches(where, content));

    [Theory]
    [InlineData("exists(a)", """{"a":1}""", true)]
    [InlineData("exists(a)", """{"a":null}""", true)]
    [InlineData("exists(a)", """{"a":{}}""", true)]
    [InlineData("exists(a)", """{"b":1}""", false)]
    [InlineData("exists(a.b)", """{"a":1}""", false)]
    [InlineData("exists(a.b)", """{"a":{"b":1}}""", true)]
    [InlineData("exists(a.b)", """{"a":[{"b":1}]}""", false)]
    [InlineData("exists(a[])", """{"a":[null]}""", true)]
    [InlineData("exists(a[])", """{"a":[]}""", false)]
    [InlineData("exists(a[])", """{"a":{}}""", false)]
    [InlineData("exists(x)", "{}", true)]
    [InlineData("startsWith(a, 'ab')", """{"a":"abc"}""", true)]
    [InlineData("startsWith(a, 'ab')", """{"a":"xabc"}""", false)]
    [InlineData("startsWith(a, 'ab')", """{"a":"a"}""", false)]
    [InlineData("startsWith(a, '')", """{"a":""}""", true)]
    [InlineData("startsWith(a, '')", """{"a":null}""", false)]
    [InlineData("startsWith(a, '1')", """{"a":1}""", false)]
    [InlineData("endsWith(a, 'bc')", """{"a":"abc"}""", true)]
    [InlineData("endsWith(a, 'bc')", """{"a":"abcd"}""", false)]
    [InlineData("endsWith(a, '\\n')", """{"a":"b\n"}""", true)]
    [InlineData("contains(a, 'b')", """{"a":"abc"}""", true)]
    [InlineData("contains(a, 'B')", """{"a":"abc"}""", false)]
    [InlineData("contains(a, 'b')", """{"a":["b"]}""", false)]
    [InlineData("contains(a[], 'b')", """{"a":["x","abc"]}""", true)]
    [InlineData("contains('abc', 'b')", "{}", true)]
    [InlineData("regex(a, '^a.c$')", """{"a":"a\u00e9c"}""", true)]
    [InlineData("regex(a, '^a.c$')", """{"a":"abbc"}""", false)]
    [InlineData("regex(a, 'b')", """{"a":"abc"}""", true)]
    [InlineData("regex(a, '\\\\d')", """{"a":"a1"}""", true)]
    [InlineData("regex(a, '\\\\d')", """{"a":1}""", false)]
    [InlineData("regex(a, '(?=b)b')", """{"a":"abc"}""", true)]
    [InlineData("regex(a, '(.)\\\\1')", """{"a":"abbc"}""", true)]
    [InlineData("regex(a, '(.)\\\\1')", """{"a":"abc"}""", false)]
    [InlineData("regex(a, '😀')", """{"a":"\ud83d\ude00"}""", true)]
    public void Functions_OfAValue_LookIntoStringsOnly(string where, string content, bool matches) =>
        Assert.Equal(matches, Matches(where, content));

    [Theory]
    [InlineData("id() = 'orders/1'", true)]
    [InlineData("'orders/1' = id()", true)]
    [InlineData("id() = 'orders/2'", false)]
    [InlineData("id() = 1", false)]
    [InlineData("id() >= 'orders/' and id() < 'orders0'", true)]
    [InlineData("startsWith(id(), 'orders/')", true)]
    [InlineData("regex(id(), '/1$')", true)]
    [InlineData("id() in ('a', 'orders/1')", true)]
    [InlineData("id() between 'orders/0' and 'orders/2'", true)]
    [InlineData("id() = a", true)]
    [InlineData("id() = id()", true)]
    public void Id_InAnyCondition_IsTheDocumentsId(string where, bool matches) => Assert.Equal(matches, Matches(where, """{"a":"orders/1"}"""));

    [Theory]
    [InlineData("a = 1 and b = 2", true)]
    [InlineData("a = 1 and b = 3", false)]
    [InlineData("a = 1 or b = 3", true)]
    [InlineData("a = 2 or b = 3", false)]
    [InlineData("not a = 2", true)]
    [InlineData("not (a = 1 and b = 2)", false)]
    [InlineData("a = 1 or a = 1 and b = 3", true)]
    [InlineData("(a = 1 or a = 1) and b = 3", false)]
    [InlineData("not a = 2 and not not b = 2", true)]
    public void AndOrNot_OfConditions_AreBoolean(string where, bool matches) => Assert.Equal(matches, Matches(where, """{"a":1,"b":2}"""));

    [Theory]
    [InlineData("$p", "1", true)]
    [InlineData("$p", "1.0", true)]
    [InlineData("$p", "\"1\"", false)]
    [InlineData("$p", "null", false)]
    public void Parameter_InAComparison_IsItsValue(string operand, string value, bool matches) =>
        Assert.Equal(matches, Matches($"a = {operand}", """{"a":1}""", $$"""{"p":{{value}}}"""));

    [Theory]
    [InlineData("[]", false)]
    [InlineData("[2, 3]", false)]
    [InlineData("[2, 1, null]", true)]
    [InlineData("1", true)]
    public void Parameter_InAList_MayBeAnArray(string value, bool matches) =>
        Assert.Equal(matches, Matches("a in (7, $p, 8)", """{"a":1}""", $$"""{"p":{{value}}}"""));
}
