using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Validation;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>
/// Names of fields for requests that have a definition's fields themselves: <c>query</c>, where a creation has <c>definition.query</c>.
/// </summary>
internal static class FlatFields
{
    private const string Prefix = "definition.";

    /// <summary>Whether an error names a field of a definition.</summary>
    public static bool Concern(Exception error) =>
        error is QueryException || (error is InvalidInputException { Field: var field } && field.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>The same error, of the request's own field.</summary>
    /// <param name="error">The error.</param>
    /// <param name="place">What the field's name begins with in the request: empty, or such as <c>filter.query.</c>.</param>
    public static EngineException Rename(Exception error, string place = "")
    {
        // Messages of both begin with the field.
        var named = Failures.ToEngineException(error);
        var metadata = named.Metadata.Select(entry => (entry.Key, entry.Key == "field" ? place + entry.Value[Prefix.Length..] : entry.Value));
        return new EngineException(named.Code, place + named.Message[Prefix.Length..], [.. metadata]);
    }
}
