using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries;

/// <summary>A query that cannot be used: its text does not follow the grammar, or it asks for what cannot be done. Nothing was changed.</summary>
public sealed class QueryException : Exception
{
    private QueryException(TextPosition position, string problem, string? expected, string? found)
        : base($"{position}: {problem}")
    {
        Line = position.Line;
        Column = position.Column;
        Expected = expected;
        Found = found;
    }

    /// <summary>The line at fault, from 1.</summary>
    public int Line { get; }

    /// <summary>The column at fault, from 1, in UTF-16 code units.</summary>
    public int Column { get; }

    /// <summary>What the grammar wants there, for people; null when the text follows the grammar and the fault is another.</summary>
    public string? Expected { get; }

    /// <summary>What stands there instead, quoted and shortened; null when <see cref="Expected"/> is.</summary>
    public string? Found { get; }

    /// <summary>The text does not follow the grammar.</summary>
    internal static QueryException Syntax(TextPosition position, string expected, string found) =>
        new(position, $"expected {expected}, found {found}", expected, found);

    /// <summary>The text follows the grammar but cannot be used.</summary>
    /// <param name="position">Where.</param>
    /// <param name="problem">What is wrong with what, and what would be right.</param>
    internal static QueryException At(TextPosition position, string problem) => new(position, problem, null, null);
}
