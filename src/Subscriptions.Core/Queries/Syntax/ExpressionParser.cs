namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Parses conditions: <c>or</c> binds least, then <c>and</c>, then <c>not</c>, then comparisons and functions.</summary>
internal sealed class ExpressionParser(TokenStream tokens, OperandParser operands)
{
    public Expression ParseExpression() => ParseChain("or", ParseAnd, terms => new OrExpression(terms));

    private Expression ParseAnd() => ParseChain("and", ParseNot, terms => new AndExpression(terms));

    private Expression ParseChain(string keyword, Func<Expression> parseTerm, Func<SyntaxList<Expression>, Expression> create)
    {
        var position = tokens.Current.Position;
        var first = parseTerm();
        if (!tokens.Current.IsKeyword(keyword)) return first;

        var terms = new List<Expression> { first };
        while (tokens.TryTakeKeyword(keyword)) terms.Add(parseTerm());
        return create([.. terms]) with { Position = position };
    }

    private Expression ParseNot()
    {
        var position = tokens.Current.Position;
        return tokens.TryTakeKeyword("not") ? new NotExpression(tokens.Nested(ParseNot)) { Position = position } : ParseTerm();
    }

    private Expression ParseTerm()
    {
        var token = tokens.Current;
        if (tokens.TryTakeSymbol("("))
        {
            var inner = tokens.Nested(ParseExpression);
            if (!tokens.TryTakeSymbol(")")) throw tokens.Unexpected("'and', 'or' or ')'");
            return inner;
        }

        var isCall = token.Kind == TokenKind.Word && tokens.IsFollowedBy("(");
        if (isCall && Words.IsExists(token.Text)) return ParseExists();
        if (isCall && Words.TryGetTextFunction(token.Text, out var function)) return ParseTextFunction(function);
        return ParseComparison() with { Position = token.Position };
    }

    private ExistsExpression ParseExists()
    {
        var position = tokens.Take().Position;
        tokens.ExpectSymbol("(");
        var path = operands.ParsePath();
        tokens.ExpectSymbol(")");
        return new ExistsExpression(path) { Position = position };
    }

    private TextExpression ParseTextFunction(TextFunction function)
    {
        var position = tokens.Take().Position;
        tokens.ExpectSymbol("(");
        var value = operands.ParseOperand();
        tokens.ExpectSymbol(",");
        var argument = operands.ParseConstant();
        tokens.ExpectSymbol(")");
        return new TextExpression(function, value, argument) { Position = position };
    }

    private Expression ParseComparison()
    {
        var left = operands.ParseOperand();
        if (tokens.TryTakeKeyword("in")) return new InExpression(left, ParseItems());
        if (tokens.TryTakeKeyword("between")) return ParseBetween(left);
        if (TryParseOperator() is { } comparison) return new ComparisonExpression(left, comparison, operands.ParseOperand());
        return left is FunctionCall call ? new CallExpression(call) : throw tokens.Unexpected("a comparison operator");
    }

    private SyntaxList<Constant> ParseItems()
    {
        var position = tokens.Current.Position;
        tokens.ExpectSymbol("(");
        var items = tokens.TakeList(operands.ParseConstant);
        if (!tokens.TryTakeSymbol(")")) throw tokens.Unexpected("',' or ')'");
        return items.Count <= QueryLimits.MaxListItems
            ? items
            : throw QueryException.At(position, $"the list has {items.Count} items; a list has at most {QueryLimits.MaxListItems}");
    }

    private BetweenExpression ParseBetween(Operand value)
    {
        var low = operands.ParseConstant();
        tokens.ExpectKeyword("and");
        return new BetweenExpression(value, low, operands.ParseConstant());
    }

    private ComparisonOperator? TryParseOperator()
    {
        if (tokens.Current.Kind != TokenKind.Symbol) return null;

        ComparisonOperator? comparison = tokens.Current.Text switch
        {
            "=" or "==" => ComparisonOperator.Equal,
            "!=" or "<>" => ComparisonOperator.NotEqual,
            "<" => ComparisonOperator.Less,
            "<=" => ComparisonOperator.LessOrEqual,
            ">" => ComparisonOperator.Greater,
            ">=" => ComparisonOperator.GreaterOrEqual,
            _ => null,
        };
        if (comparison is not null) tokens.Take();
        return comparison;
    }
}
