using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>What the language has but is not evaluated yet. It is refused, so that nobody takes for done what would be ignored.</summary>
internal static class Unsupported
{
    /// <exception cref="QueryException">The query uses such a part; the first of them is named.</exception>
    public static void Refuse(SubscriptionQuery query)
    {
        if (query.Functions.Count > 0) throw Functions(query.Functions[0].Position);
        if (query.Source.Revisions is { } revisions)
            throw QueryException.At(revisions.Position, "'Revisions' is not supported yet; documents are delivered in their newest version");
        if (query.Select is { } select) throw QueryException.At(select.Position, "'select' is not supported yet; the whole document is delivered");
        if (query.Include is { } include) throw QueryException.At(include.Position, "'include' is not supported yet; read the other documents by their ids");
    }

    public static QueryException Functions(TextPosition position) =>
        QueryException.At(position, "functions in JavaScript are not supported yet; write the condition with 'where'");
}
