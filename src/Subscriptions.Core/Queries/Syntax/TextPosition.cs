namespace Subscriptions.Core.Queries.Syntax;

/// <summary>A place in a query's text.</summary>
/// <param name="Line">From 1; lines end with a line feed.</param>
/// <param name="Column">From 1, counted in UTF-16 code units as editors do.</param>
public readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The first character.</summary>
    public static TextPosition Start => new(1, 1);

    /// <inheritdoc />
    public override string ToString() => $"line {Line}, column {Column}";
}
