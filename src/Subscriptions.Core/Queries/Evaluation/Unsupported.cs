using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>What the language has but is not evaluated yet. It is refused, so that nobody takes for done what would be ignored.</summary>
internal static class Unsupported
{
    /// <exception cref="QueryException">The query uses such a part; the first of them is named.</exception>
    public static void Refuse(SubscriptionQuery query)
    {
        if (query.Functions.Count > 0) throw Functions(query.Functions[0].Position);
    }

    public static QueryException Functions(TextPosition position) =>
        QueryException.At(position, "functions in JavaScript are not supported yet; write the condition with 'where'");
}
