namespace Subscriptions.Client;

/// <summary>Reads enum values by the names that they have on the wire.</summary>
internal static class WireNames
{
    /// <summary>
    /// Reads <c>TAKE_OVER</c>, <c>OPENING_STRATEGY_TAKE_OVER</c> or <c>TakeOver</c> as the member <c>TakeOver</c>. Numbers are no names.
    /// </summary>
    public static bool TryParse<TEnum>(string text, string prefix, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        if (text.StartsWith(prefix, StringComparison.Ordinal))
        {
            text = text[prefix.Length..];
        }

        return text.Length > 0
            && char.IsAsciiLetter(text[0])
            && !text.Contains(',', StringComparison.Ordinal)
            && Enum.TryParse(text.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true, out value);
    }
}
