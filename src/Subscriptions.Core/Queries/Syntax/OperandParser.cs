namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Parses paths, constants and calls.</summary>
/// <param name="tokens">The query.</param>
/// <param name="alias">The name for the document that paths may begin with.</param>
/// <param name="functions">The names of the declared functions.</param>
internal sealed class OperandParser(TokenStream tokens, string? alias, IReadOnlySet<string> functions)
{
    private const string Anything = "a path, a value or a function";

    public Operand ParseOperand()
    {
        var token = tokens.Current;
        if (TryParseConstant() is { } constant) return constant;
        if (token.Kind == TokenKind.Word && !Words.IsReserved(token.Text) && tokens.IsFollowedBy("(")) return ParseCall();
        return IsPathStart(token) ? ParsePath() : throw tokens.Unexpected(Anything);
    }

    public Constant ParseConstant() => TryParseConstant() ?? throw tokens.Unexpected("a value or a parameter");

    public PathOperand ParsePath()
    {
        var first = tokens.Current;
        if (!IsPathStart(first)) throw tokens.Unexpected("a path");

        tokens.Take();
        var isAlias = first.Kind == TokenKind.Word && first.Text == alias;
        var steps = new List<PathStep>();
        if (!isAlias) steps.Add(new PathStep(first.Text));
        while (TryParseStep() is { } step)
        {
            steps.Add(step);
            if (steps.Count > QueryLimits.MaxPathSteps)
                throw QueryException.At(first.Position, $"a path has at most {QueryLimits.MaxPathSteps} steps, as documents nest no deeper");
        }

        return new PathOperand(isAlias ? alias : null, [.. steps]) { Position = first.Position };
    }

    private static bool IsPathStart(Token token) =>
        token.Kind == TokenKind.QuotedName || (token.Kind == TokenKind.Word && !Words.IsReserved(token.Text));

    private PathStep? TryParseStep()
    {
        if (tokens.TryTakeSymbol("["))
        {
            tokens.ExpectSymbol("]");
            return PathStep.Elements;
        }

        if (!tokens.TryTakeSymbol(".")) return null;

        // After a dot every word is a name, and quotes cannot begin a string.
        var isName = tokens.Current.Kind is TokenKind.Word or TokenKind.QuotedName or TokenKind.String;
        return isName ? new PathStep(tokens.Take().Text) : throw tokens.Unexpected("a property's name");
    }

    private Constant? TryParseConstant()
    {
        var token = tokens.Current;
        Constant? constant = token.Kind switch
        {
            TokenKind.String => new StringLiteral(token.Text),
            TokenKind.Number => new NumberLiteral(token.Text),
            TokenKind.Parameter => new Parameter(token.Text),
            _ when token.IsKeyword("true") => new BooleanLiteral(true),
            _ when token.IsKeyword("false") => new BooleanLiteral(false),
            _ when token.IsKeyword("null") => new NullLiteral(),
            _ => null,
        };
        if (constant is null) return null;

        tokens.Take();
        return constant with { Position = token.Position };
    }

    private Operand ParseCall()
    {
        var name = tokens.Current;
        var isId = Words.IsId(name.Text);
        if (!isId && Words.IsBuiltIn(name.Text)) throw tokens.Unexpected(Anything + " that has a value");
        if (!isId && !functions.Contains(name.Text)) throw QueryException.At(name.Position, $"there is no function '{name.Text}'; declare it before 'from'");

        tokens.Take();
        tokens.ExpectSymbol("(");
        if (isId && alias is not null && tokens.Current.Kind == TokenKind.Word && tokens.Current.Text == alias) tokens.Take();
        SyntaxList<Operand> arguments = isId || tokens.Current.IsSymbol(")") ? [] : tokens.Nested(() => tokens.TakeList(ParseOperand));
        tokens.ExpectSymbol(")");
        return isId ? new DocumentId { Position = name.Position } : new FunctionCall(name.Text, arguments) { Position = name.Position };
    }
}
