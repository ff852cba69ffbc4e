using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>The names of selected fields that have none after <c>as</c>.</summary>
internal static class FieldNames
{
    /// <exception cref="QueryException">The field needs a name.</exception>
    public static string Of(Operand value) => value switch
    {
        PathOperand path when path.Steps.LastOrDefault(step => !step.IsElements).Property is { } name => name,
        DocumentId => "id",
        FunctionCall call => call.Function,
        _ => throw QueryException.At(value.Position, $"{value} needs a name here: {value} as name"),
    };
}
