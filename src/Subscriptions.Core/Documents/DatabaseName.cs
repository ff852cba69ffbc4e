using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Documents;

/// <summary>The name of a database: a lower-case letter, then lower-case letters, digits and <c>_$()+/-</c>; at most 238 characters.</summary>
public readonly record struct DatabaseName : IComparable<DatabaseName>
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 238;

    private readonly string? _value;

    private DatabaseName(string value) => _value = value;

    /// <summary>The name as text.</summary>
    public string Value => _value ?? "";

    /// <summary>Checks and wraps a name.</summary>
    /// <exception cref="InvalidInputException">The name is empty, too long or has a character that is not allowed.</exception>
    public static DatabaseName Parse(string? text, string field = "database")
    {
        if (string.IsNullOrEmpty(text)) throw new InvalidInputException(field, "", "is required");
        if (text.Length > MaxLength)
            throw new InvalidInputException(field, text, $"is {text.Length} characters long; a database name has at most {MaxLength}");
        if (!IsValid(text))
            throw new InvalidInputException(field, text, "must start with a-z and go on with a-z, 0-9 or any of _$()+/-");
        return new DatabaseName(text);
    }

    /// <inheritdoc />
    public int CompareTo(DatabaseName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;

    private static bool IsValid(string text)
    {
        if (!char.IsAsciiLetterLower(text[0])) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !"_$()+/-".Contains(c, StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
