using System.Collections.Frozen;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>The words of the language. Keywords and built-in functions are case-insensitive, all other names are not.</summary>
internal static class Words
{
    /// <summary>Words that cannot be a name without backticks, except after a dot.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "declare", "function", "from", "as", "where", "select", "include", "and", "or", "not", "in", "between", "true", "false", "null");

    private static readonly FrozenDictionary<string, TextFunction> TextFunctions = new Dictionary<string, TextFunction>
    {
        ["startsWith"] = TextFunction.StartsWith,
        ["endsWith"] = TextFunction.EndsWith,
        ["contains"] = TextFunction.Contains,
        ["regex"] = TextFunction.Regex,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static bool IsReserved(string word) => Reserved.Contains(word);

    public static bool IsBuiltIn(string word) => IsId(word) || IsExists(word) || TextFunctions.ContainsKey(word);

    public static bool IsId(string word) => word.Equals("id", StringComparison.OrdinalIgnoreCase);

    public static bool IsExists(string word) => word.Equals("exists", StringComparison.OrdinalIgnoreCase);

    public static bool TryGetTextFunction(string word, out TextFunction function) => TextFunctions.TryGetValue(word, out function);

    public static string NameOf(TextFunction function) => function switch
    {
        TextFunction.StartsWith => "startsWith",
        TextFunction.EndsWith => "endsWith",
        TextFunction.Contains => "contains",
        _ => "regex",
    };

    public static bool CanStart(char c) => c == '_' || char.IsLetter(c);

    public static bool CanContinue(char c) => c == '_' || char.IsLetterOrDigit(c);

    /// <summary>Whether the text is one word, so that it can stand without quotes where words are names.</summary>
    public static bool IsWord(string text) => text.Length > 0 && CanStart(text[0]) && text.All(CanContinue);
}
