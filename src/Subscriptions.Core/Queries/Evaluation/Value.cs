namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>What a value is.</summary>
internal enum ValueKind : byte
{
    /// <summary>The path is not in the document. Equal to null.</summary>
    Missing = 0,
    Null = 1,
    False = 2,
    True = 3,
    Number = 4,
    String = 5,
    Object = 6,
    Array = 7,
}

/// <summary>A value while one document is looked at.</summary>
/// <param name="kind">What it is.</param>
/// <param name="text">A string's UTF-8 without escapes, a number as written; empty for the others.</param>
internal readonly ref struct Value(ValueKind kind, ReadOnlySpan<byte> text)
{
    public ValueKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Text { get; } = text;

    public bool IsNull => Kind <= ValueKind.Null;
}
