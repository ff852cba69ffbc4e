namespace Subscriptions.Core.Queries.Syntax;

/// <summary>
/// Finds where a JavaScript function's body ends: at the brace that closes it, not counting braces in strings, comments and regular
/// expressions. Whether the body is valid JavaScript is for the engine that runs it.
/// </summary>
internal static class FunctionBody
{
    private static readonly string[] WordsBeforeRegex =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof"];

    /// <summary>The length of the body at the start of <paramref name="text"/>, up to its closing brace; −1 when no brace closes it.</summary>
    public static int Measure(ReadOnlySpan<char> text)
    {
        var depth = 1;
        var lastToken = -1;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (c == '}' && --depth == 0) return at;
            if (c == '{') depth++;

            var comment = c == '/' ? CommentLength(text[at..]) : 0;
            if (comment > 0 || char.IsWhiteSpace(c))
            {
                at += Math.Max(comment, 1);
                continue;
            }

            var length = c switch
            {
                '\'' or '"' or '`' => QuotedLength(text[at..], c),
                '/' when RegexCanFollow(text, lastToken) => RegexLength(text[at..]),
                _ => 1,
            };
            at += length;
            lastToken = at - 1;
        }

        return -1;
    }

    private static int CommentLength(ReadOnlySpan<char> text)
    {
        var isLine = text.StartsWith("//");
        if (!isLine && !text.StartsWith("/*")) return 0;

        var end = isLine ? text.IndexOf('\n') : text[2..].IndexOf("*/") + 4;
        return end < (isLine ? 0 : 4) ? text.Length : end;
    }

    private static int QuotedLength(ReadOnlySpan<char> text, char quote)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == quote) return at + 1;
        }

        return text.Length;
    }

    // A slash after a value divides; after anything else it begins a regular expression.
    private static bool RegexCanFollow(ReadOnlySpan<char> text, int lastToken)
    {
        if (lastToken < 0) return true;

        var last = text[lastToken];
        if (last is ')' or ']' or '\'' or '"' or '`') return false;
        if (!Words.CanContinue(last) && last != '$') return true;

        var start = lastToken;
        while (start > 0 && (Words.CanContinue(text[start - 1]) || text[start - 1] == '$')) start--;
        var word = text[start..(lastToken + 1)].ToString();
        return WordsBeforeRegex.Contains(word);
    }

    // A slash that no other follows on its line was a division after all.
    private static int RegexLength(ReadOnlySpan<char> text)
    {
        var inClass = false;
        for (var at = 1; at < text.Length && text[at] != '\n'; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    return at + 1;
            }
        }

        return 1;
    }
}
