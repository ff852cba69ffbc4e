namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Walks through a query's text and knows line and column.</summary>
internal sealed class TextCursor(string text)
{
    public const string EndOfQuery = "the end of the query";

    private int _line = 1;
    private int _lineStart;

    public int Offset { get; private set; }

    public TextPosition Position => new(_line, Offset - _lineStart + 1);

    public bool IsAtEnd => Offset == text.Length;

    /// <summary>The character to read next; NUL at the end.</summary>
    public char Current => Peek(0);

    /// <summary>What is left to read.</summary>
    public ReadOnlySpan<char> Rest => text.AsSpan(Offset);

    /// <summary>The character to read next, for messages.</summary>
    public string Found => IsAtEnd ? EndOfQuery : QueryText.Show(Current.ToString());

    public char Peek(int distance) => Offset + distance < text.Length ? text[Offset + distance] : '\0';

    public void Advance(int count = 1)
    {
        for (; count > 0; count--)
        {
            if (text[Offset++] != '\n') continue;
            _line++;
            _lineStart = Offset;
        }
    }

    public string Since(int start) => text[start..Offset];

    public string TakeWhile(Func<char, bool> condition)
    {
        var start = Offset;
        while (!IsAtEnd && condition(Current)) Advance();
        return Since(start);
    }

    /// <summary>That the text does not go on as the grammar wants.</summary>
    public QueryException Unexpected(string expected) => QueryException.Syntax(Position, expected, Found);
}
