namespace Subscriptions.Core.Queries.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End = 0,

    /// <summary>A keyword or a name without quotes.</summary>
    Word = 1,

    /// <summary>A name in backticks.</summary>
    QuotedName = 2,

    /// <summary>A name that starts with <c>@</c>.</summary>
    SystemName = 3,

    /// <summary>A string in single or double quotes.</summary>
    String = 4,

    /// <summary>A number.</summary>
    Number = 5,

    /// <summary><c>$name</c>.</summary>
    Parameter = 6,

    /// <summary>An operator or a punctuation mark.</summary>
    Symbol = 7,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its meaning: quotes, escapes, <c>$</c> removed.</param>
/// <param name="Source">How it stands in the text, in quotes and shortened, for messages.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, string Source, TextPosition Position)
{
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsKeyword(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
