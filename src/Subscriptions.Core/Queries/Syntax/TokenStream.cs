namespace Subscriptions.Core.Queries.Syntax;

/// <summary>The tokens of a query, as the parsers ask for them. Reads at most one token ahead of the current one.</summary>
internal sealed class TokenStream
{
    private readonly Lexer _lexer;
    private Token? _next;
    private int _nesting;

    public TokenStream(Lexer lexer)
    {
        _lexer = lexer;
        Current = lexer.Next();
    }

    public Token Current { get; private set; }

    public Token Take()
    {
        var taken = Current;
        Current = _next ?? _lexer.Next();
        _next = null;
        return taken;
    }

    /// <summary>Whether the token after the current one is the symbol.</summary>
    public bool IsFollowedBy(string symbol)
    {
        _next ??= _lexer.Next();
        return _next.Value.IsSymbol(symbol);
    }

    public bool TryTakeSymbol(string symbol)
    {
        var isThere = Current.IsSymbol(symbol);
        if (isThere) Take();
        return isThere;
    }

    public bool TryTakeKeyword(string keyword)
    {
        var isThere = Current.IsKeyword(keyword);
        if (isThere) Take();
        return isThere;
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TryTakeSymbol(symbol)) throw Unexpected($"'{symbol}'");
    }

    public void ExpectKeyword(string keyword)
    {
        if (!TryTakeKeyword(keyword)) throw Unexpected($"'{keyword}'");
    }

    /// <summary>Takes a name: a word that is not reserved, or anything in backticks.</summary>
    public string ExpectName(string expected)
    {
        var isName = Current.Kind == TokenKind.QuotedName || (Current.Kind == TokenKind.Word && !Words.IsReserved(Current.Text));
        return isName ? Take().Text : throw Unexpected(expected);
    }

    /// <summary>Takes a word that is not reserved.</summary>
    public string ExpectWord(string expected) =>
        Current.Kind == TokenKind.Word && !Words.IsReserved(Current.Text) ? Take().Text : throw Unexpected(expected);

    /// <summary>Reads items up to where no comma follows.</summary>
    public SyntaxList<T> TakeList<T>(Func<T> item)
    {
        var items = new List<T>();
        do items.Add(item());
        while (TryTakeSymbol(","));
        return [.. items];
    }

    /// <summary>Reads a function's body, whose opening brace is the current token.</summary>
    public string TakeFunctionBody(string function, out TextPosition position)
    {
        if (!Current.IsSymbol("{")) throw Unexpected("'{'");

        position = Current.Position with { Column = Current.Position.Column + 1 };

        var body = _lexer.ReadFunctionBody(function);
        Current = _lexer.Next();
        return body;
    }

    /// <summary>Reads what stands one level deeper, so that hostile text cannot exhaust the stack.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++_nesting > QueryLimits.MaxNesting)
            throw QueryException.At(Current.Position, $"the query nests deeper than {QueryLimits.MaxNesting} levels");

        var result = read();
        _nesting--;
        return result;
    }

    /// <summary>That the current token is not what the grammar wants.</summary>
    public QueryException Unexpected(string expected) => QueryException.Syntax(Current.Position, expected, Current.Source);
}
