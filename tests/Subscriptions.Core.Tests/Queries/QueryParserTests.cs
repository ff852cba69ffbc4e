using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Syntax;
using Xunit;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryParserTests
{
    [Theory]
    [InlineData("from Orders", "Orders")]
    [InlineData("from orders", "orders")]
    [InlineData("from 'Orders of 2026'", "Orders of 2026")]
    [InlineData("from \"from\"", "from")]
    [InlineData("from @empty", "@empty")]
    [InlineData("from @all_docs", null)]
    public void Parse_Source_NamesTheCollection(string text, string? collection)
    {
        var query = SubscriptionQuery.Parse(text);

        Assert.Equal(collection, query.Source.Collection);
        Assert.Null(query.Source.Revisions);
        Assert.Null(query.Alias);
        Assert.Null(query.Where);
    }

    [Fact]
    public void Parse_EveryClause_KeepsEachWithItsPosition()
    {
        const string Text = """
            declare function f(a, b) { return a; }
            from Orders (Revisions = true) as x
            where f(x, 1)
            select ShipVia as Via, id()
            include x.Customer, Lines[].Product
            """;

        var query = SubscriptionQuery.Parse(Text);

        var function = Assert.Single(query.Functions);
        Assert.Equal(new FunctionDeclaration("f", ["a", "b"], " return a; "), function);
        Assert.Equal(new SourceClause("Orders", new RevisionsOption()), query.Source);
        Assert.Equal("x", query.Alias);
        Assert.Equal(new CallExpression(new FunctionCall("f", [new PathOperand("x", []), new NumberLiteral("1")])), query.Where);
        Assert.Equal(new SelectFields([new(Path("ShipVia"), "Via"), new(new DocumentId(), null)]), query.Select);
        Assert.Equal(new IncludeClause([new PathOperand("x", [new("Customer")]), new PathOperand(null, [new("Lines"), PathStep.Elements, new("Product")])]), query.Include);
        Assert.Equal(
            [new(1, 1), new(2, 6), new(2, 14), new(3, 7), new(4, 1), new(5, 1)],
            new TextPosition[] { function.Position, query.Source.Position, query.Source.Revisions!.Position, query.Where!.Position, query.Select!.Position, query.Include!.Position });
    }

    [Theory]
    [InlineData("a = 1 or b = 1 and c = 1", "a = 1 or (b = 1 and c = 1)")]
    [InlineData("a = 1 and b = 1 or c = 1", "(a = 1 and b = 1) or c = 1")]
    [InlineData("not a = 1 and b = 1", "(not a = 1) and b = 1")]
    [InlineData("not not a = 1 or b = 1", "(not (not a = 1)) or b = 1")]
    [InlineData("a between 1 and 2 and b = 1", "(a between 1 and 2) and b = 1")]
    [InlineData("not a in (1) or b = 1", "(not a in (1)) or b = 1")]
    public void Parse_MixedOperators_BindsOrLessThanAndLessThanNot(string text, string parenthesised) =>
        Assert.Equal(Where(parenthesised), Where(text));

    [Fact]
    public void Parse_ParenthesesThatChangeTheMeaning_AreKept()
    {
        Assert.NotEqual(Where("(a = 1 or b = 1) and c = 1"), Where("a = 1 or b = 1 and c = 1"));
        Assert.NotEqual(Where("not (a = 1 and b = 1)"), Where("not a = 1 and b = 1"));
    }

    [Theory]
    [InlineData("=", ComparisonOperator.Equal)]
    [InlineData("==", ComparisonOperator.Equal)]
    [InlineData("!=", ComparisonOperator.NotEqual)]
    [InlineData("<>", ComparisonOperator.NotEqual)]
    [InlineData("<", ComparisonOperator.Less)]
    [InlineData("<=", ComparisonOperator.LessOrEqual)]
    [InlineData(">", ComparisonOperator.Greater)]
    [InlineData(">=", ComparisonOperator.GreaterOrEqual)]
    public void Parse_Comparison_TakesEverySpelling(string symbol, ComparisonOperator comparison) =>
        Assert.Equal(new ComparisonExpression(new NumberLiteral("1"), comparison, Path("a")), Where($"1{symbol}a"));

    [Theory]
    [InlineData("startsWith", TextFunction.StartsWith)]
    [InlineData("ENDSWITH", TextFunction.EndsWith)]
    [InlineData("contains", TextFunction.Contains)]
    [InlineData("regex", TextFunction.Regex)]
    public void Parse_TextFunction_IsBuiltInWhateverItsCase(string name, TextFunction function) =>
        Assert.Equal(new TextExpression(function, Path("a"), new Parameter("p")), Where($"{name}(a, $p)"));

    [Theory]
    [InlineData("contains = 1")]
    [InlineData("id = 1")]
    [InlineData("exists in (1)")]
    public void Parse_BuiltInNameWithoutParentheses_IsAPath(string text)
    {
        var name = text[..text.IndexOf(' ', StringComparison.Ordinal)];
        var value = Where(text) is ComparisonExpression comparison ? comparison.Left : ((InExpression)Where(text)).Value;

        Assert.Equal(Path(name), value);
    }

    [Fact]
    public void Parse_AliasInBackticks_IsAProperty()
    {
        var query = SubscriptionQuery.Parse("from O as x where x.x = `x`.x");

        Assert.Equal(new ComparisonExpression(new PathOperand("x", [new("x")]), ComparisonOperator.Equal, Path("x", "x")), query.Where);
    }

    [Theory]
    [InlineData("'a\\\\b\\'c\\\"d\\`e\\/f'", "a\\b'c\"d`e/f")]
    [InlineData("\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t")]
    [InlineData("'\\u00e9\\ud83d\\ude00'", "é😀")]
    [InlineData("''", "")]
    public void Parse_String_ResolvesEscapes(string text, string value) =>
        Assert.Equal(new ComparisonExpression(Path("a"), ComparisonOperator.Equal, new StringLiteral(value)), Where($"a = {text}"));

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-12.50")]
    [InlineData("1e10")]
    [InlineData("1.5E-3")]
    [InlineData("123456789012345678901234567890")]
    public void Parse_Number_KeepsItsText(string text) =>
        Assert.Equal(new ComparisonExpression(Path("a"), ComparisonOperator.Equal, new NumberLiteral(text)), Where($"a = {text}"));

    [Theory]
    [InlineData("{ return '}' + \"}\" + `}`; }")]
    [InlineData("{ /* } */ return 1; // }\n }")]
    [InlineData("{ return /[/}]\\/}/.test(x) && a[1] / 2 > 1 / x.y; }")]
    [InlineData("{ if (x) { return { a: {} }; } return 'it\\'s }'; }")]
    [InlineData("{ return a / 2; }")]
    [InlineData("{ /**/ return typeof /}/; }")]
    [InlineData("{}")]
    public void Parse_FunctionBody_EndsAtTheBraceThatClosesIt(string body)
    {
        var query = SubscriptionQuery.Parse($"declare function f() {body} from O where f()");

        Assert.Equal(body[1..^1], Assert.Single(query.Functions).Body);
    }

    [Fact]
    public void Parse_ChainOfThousandsOfTerms_DoesNotNest()
    {
        var chain = (OrExpression)Where(string.Join(" or ", Enumerable.Repeat("a=1", 6000)));

        Assert.Equal(6000, chain.Terms.Count);
    }

    [Fact]
    public void Parse_SelectedObject_NestsAndKeepsOrder()
    {
        var query = SubscriptionQuery.Parse("from O as x select { Id: id(), Sub: { Via: x.ShipVia, select: 1 }, 'a b': x.Lines[].Price }");

        ObjectShape sub = new([new("Via", new ValueShape(new PathOperand("x", [new("ShipVia")]))), new("select", new ValueShape(new NumberLiteral("1")))]);
        var prices = new PathOperand("x", [new("Lines"), PathStep.Elements, new("Price")]);
        Assert.Equal(
            new SelectObject(new([new("Id", new ValueShape(new DocumentId())), new("Sub", sub), new("a b", new ValueShape(prices))])),
            query.Select);
    }

    private static PathOperand Path(params string[] names) => new(null, [.. names.Select(name => new PathStep(name))]);

    private static Expression Where(string text) => SubscriptionQuery.Parse("from O where " + text).Where!;
}
