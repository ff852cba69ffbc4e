using System.Text;

namespace Subscriptions.Core.Validation;

/// <summary>A caller's input is outside what the contract allows. Nothing was changed.</summary>
public sealed class InvalidInputException : ArgumentException
{
    private const int ShownCharacters = 80;

    /// <summary>Creates the exception.</summary>
    /// <param name="field">The field at fault, as the caller knows it: <c>operations[3].id</c>.</param>
    /// <param name="value">Its value; shown shortened.</param>
    /// <param name="problem">What is wrong with it and what would be right, as the end of a sentence.</param>
    public InvalidInputException(string field, string value, string problem)
        : base(value.Length == 0 ? $"{field} {problem}" : $"{field} '{Shorten(value)}' {problem}")
    {
        Field = field;
        Value = Shorten(value);
    }

    /// <summary>The field at fault, as the caller knows it.</summary>
    public string Field { get; }

    /// <summary>Its value, shortened.</summary>
    public string Value { get; }

    // Runes, so that neither half of a surrogate pair is left alone, in the value or by the cut: such text cannot be sent to anybody.
    private static string Shorten(string value)
    {
        var shown = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            if (shown.Length + rune.Utf16SequenceLength > ShownCharacters) return shown.Append('…').ToString();
            shown.Append(rune);
        }

        return shown.ToString();
    }
}
