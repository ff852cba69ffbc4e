using System.Text.Json;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries;

/// <summary>A parsed subscription query. Immutable; equal to another that means the same text.</summary>
/// <param name="Functions">The declared functions; names are distinct.</param>
/// <param name="Source">What is read.</param>
/// <param name="Alias">The name for the document that paths may begin with.</param>
/// <param name="Where">Which documents; null: all of them.</param>
/// <param name="Select">What of them; null: the whole document.</param>
/// <param name="Include">Which other documents go along; null: none.</param>
public sealed record SubscriptionQuery(
    SyntaxList<FunctionDeclaration> Functions,
    SourceClause Source,
    string? Alias,
    Expression? Where,
    SelectClause? Select,
    IncludeClause? Include) : QueryNode
{
    /// <summary>Parses a query.</summary>
    /// <param name="text">The text; the language is described in docs/query-language.md.</param>
    /// <param name="limits">The limits; null for the defaults.</param>
    /// <exception cref="QueryException">The text is too long or does not follow the grammar: where, and what was expected.</exception>
    public static SubscriptionQuery Parse(string text, QueryLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new QueryParser(new TokenStream(Lexer.Over(text, limits ?? QueryLimits.Default))).ParseQuery();
    }

    /// <summary>Turns the query into filters.</summary>
    /// <param name="parameters">The values of the query's parameters, by name without <c>$</c>, case-sensitive; null for none.</param>
    /// <param name="limits">The limits; null for the defaults.</param>
    /// <param name="timeProvider">Measures what regular expressions take; null for the system's.</param>
    /// <param name="scripts">Runs the declared functions; null where a query may not declare any.</param>
    /// <exception cref="QueryException">
    /// A parameter is missing, not used or of the wrong type; a regular expression or a function is invalid; something cannot be selected.
    /// </exception>
    public CompiledQuery Compile(
        IReadOnlyDictionary<string, JsonElement>? parameters = null,
        QueryLimits? limits = null,
        TimeProvider? timeProvider = null,
        IScriptEngine? scripts = null) =>
        CompiledQuery.Compile(
            this, parameters ?? new Dictionary<string, JsonElement>(), limits ?? QueryLimits.Default, scripts, timeProvider ?? TimeProvider.System);

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.List(Functions, " ").Text(Functions.Count > 0 ? " from " : "from ").Node(Source);
        if (Alias is not null) writer.Text(" as ").Text(Alias);
        writer.Optional(" where ", Where).Optional(" select ", Select).Optional(" include ", Include);
    }
}
