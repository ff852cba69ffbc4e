using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Design;

/// <summary>A function of a design document cannot be used.</summary>
public sealed class DesignFunctionException : Exception
{
    internal DesignFunctionException(TextPosition position, string problem)
        : base($"{position}: {problem}")
    {
        Line = position.Line;
        Column = position.Column;
    }

    /// <summary>The line of the function's text at fault, from 1.</summary>
    public int Line { get; }

    /// <summary>The column at fault, from 1, in UTF-16 code units.</summary>
    public int Column { get; }
}
