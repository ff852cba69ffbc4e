using System.Text;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Cuts a query's text into tokens, one at a time. The bodies of functions, which are another language, are read as they are.</summary>
internal sealed class Lexer
{
    private readonly TextCursor _cursor;

    private Lexer(TextCursor cursor) => _cursor = cursor;

    /// <summary>Checks the text as a whole.</summary>
    /// <exception cref="QueryException">It is too long, or not valid Unicode.</exception>
    public static Lexer Over(string text, QueryLimits limits)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > limits.MaxTextBytes)
        {
            throw QueryException.At(
                TextPosition.Start, $"the query is {bytes} bytes long; a query has at most {limits.MaxTextBytes} (Limits:QueryBytes)");
        }

        var cursor = new TextCursor(text);
        var surrogate = QueryText.IndexOfLoneSurrogate(text);
        if (surrogate < 0) return new Lexer(cursor);

        cursor.Advance(surrogate);
        throw QueryException.At(cursor.Position, "the query is not valid Unicode: it has a lone surrogate");
    }

    public Token Next()
    {
        SkipBlanks();
        var start = _cursor.Offset;
        var position = _cursor.Position;
        if (_cursor.IsAtEnd) return new Token(TokenKind.End, "", TextCursor.EndOfQuery, position);

        var (kind, text) = _cursor.Current switch
        {
            '\'' or '"' => (TokenKind.String, QuotedText.Read(_cursor)),
            '`' => (TokenKind.QuotedName, QuotedText.Read(_cursor)),
            '$' => (TokenKind.Parameter, ReadPrefixedWord("a parameter name after '$'")),
            '@' => (TokenKind.SystemName, "@" + ReadPrefixedWord("'all_docs' or 'empty' after '@'")),
            '-' or (>= '0' and <= '9') => (TokenKind.Number, ReadNumber()),
            var c when Words.CanStart(c) => (TokenKind.Word, _cursor.TakeWhile(Words.CanContinue)),
            _ => (TokenKind.Symbol, ReadSymbol()),
        };
        var source = _cursor.Since(start);
        return new Token(kind, text, kind is TokenKind.String or TokenKind.QuotedName ? QueryText.Clean(source) : QueryText.Show(source), position);
    }

    /// <summary>Reads the body of a function, whose opening brace was the last token, and its closing brace.</summary>
    public string ReadFunctionBody(string function)
    {
        var start = _cursor.Offset;
        var length = FunctionBody.Measure(_cursor.Rest);
        _cursor.Advance(length < 0 ? _cursor.Rest.Length : length);
        var body = _cursor.Since(start);
        if (length < 0) throw _cursor.Unexpected($"'}}' at the end of the function '{function}'");

        _cursor.Advance();
        return body;
    }

    private void SkipBlanks()
    {
        while (true)
        {
            _cursor.TakeWhile(char.IsWhiteSpace);
            if (_cursor.Rest.StartsWith("//")) _cursor.TakeWhile(c => c != '\n');
            else if (_cursor.Rest.StartsWith("/*")) SkipComment();
            else return;
        }
    }

    private void SkipComment()
    {
        var length = _cursor.Rest[2..].IndexOf("*/");
        if (length < 0)
            throw QueryException.Syntax(_cursor.Position, "'*/' at the end of the comment that begins here", TextCursor.EndOfQuery);
        _cursor.Advance(length + 4);
    }

    private string ReadPrefixedWord(string expected)
    {
        _cursor.Advance();
        return Words.CanStart(_cursor.Current) ? _cursor.TakeWhile(Words.CanContinue) : throw _cursor.Unexpected(expected);
    }

    private string ReadNumber()
    {
        var start = _cursor.Offset;
        if (_cursor.Current == '-') _cursor.Advance();
        if (_cursor.Current == '0') _cursor.Advance();
        else ReadDigits();
        if (_cursor.Current == '.')
        {
            _cursor.Advance();
            ReadDigits();
        }

        if (_cursor.Current is 'e' or 'E')
        {
            _cursor.Advance();
            if (_cursor.Current is '+' or '-') _cursor.Advance();
            ReadDigits();
        }

        return Words.CanContinue(_cursor.Current) ? throw _cursor.Unexpected("the end of the number") : _cursor.Since(start);
    }

    private void ReadDigits()
    {
        if (_cursor.TakeWhile(char.IsAsciiDigit).Length == 0) throw _cursor.Unexpected("a digit");
    }

    private string ReadSymbol()
    {
        var rest = _cursor.Rest;
        var length = rest.Length > 1 && rest[..2] is "==" or "!=" or "<>" or "<=" or ">=" ? 2 : 1;
        if (length == 1 && !"=<>(){}[],.:".Contains(rest[0], StringComparison.Ordinal)) throw _cursor.Unexpected("a word, a value or an operator");

        var start = _cursor.Offset;
        _cursor.Advance(length);
        return _cursor.Since(start);
    }
}
