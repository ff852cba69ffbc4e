using System.Text.Json;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Queries;

/// <summary>Turns the texts of queries into what readers use: the one way that every face and every change of a definition goes. Thread-safe.</summary>
/// <param name="limits">How much a query may ask for; null for the defaults.</param>
/// <param name="timeProvider">Measures what evaluation takes; null for the system's.</param>
/// <param name="scripts">Runs the functions that queries declare; null: they may not declare any.</param>
public sealed class QueryCompiler(QueryLimits? limits = null, TimeProvider? timeProvider = null, IScriptEngine? scripts = null)
{
    private readonly DesignFunctions _designFunctions = new(scripts, limits ?? QueryLimits.Default);

    /// <summary>The limits that hold.</summary>
    public QueryLimits Limits { get; } = limits ?? QueryLimits.Default;

    /// <summary>Compiles a query.</summary>
    /// <param name="text">The query; the language is described in docs/query-language.md.</param>
    /// <param name="parameters">The values of its parameters: one JSON object, or empty for none.</param>
    /// <exception cref="QueryException">The query cannot be used: where and why.</exception>
    /// <exception cref="InvalidInputException">The parameters are not one JSON object.</exception>
    public CompiledQuery Compile(string text, string parameters = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(parameters);
        var query = SubscriptionQuery.Parse(text, Limits);
        using var json = ParseParameters(parameters);
        return query.Compile(ReadValues(json.RootElement, parameters), Limits, timeProvider, scripts);
    }

    /// <summary>Compiles a function of a CouchDB design document. The same text gives the same function while it is in use by many.</summary>
    /// <param name="source">The function's text, as the design document holds it.</param>
    /// <param name="kind">What it is for.</param>
    /// <exception cref="DesignFunctionException">It cannot be used: where and why.</exception>
    public DesignFunction CompileDesignFunction(string source, DesignFunctionKind kind)
    {
        ArgumentNullException.ThrowIfNull(source);
        return _designFunctions.Get(source, kind);
    }

    private static Dictionary<string, JsonElement> ReadValues(JsonElement json, string parameters)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        try
        {
            foreach (var parameter in json.EnumerateObject())
            {
                if (!values.TryAdd(parameter.Name, parameter.Value)) throw Invalid(parameters, $"has a value for '{parameter.Name}' twice");
            }
        }
        catch (InvalidOperationException)
        {
            throw Invalid(parameters, "has a name that is not valid Unicode");
        }

        return values;
    }

    private JsonDocument ParseParameters(string parameters)
    {
        if (parameters.Length > Limits.MaxTextBytes)
            throw Invalid("", $"is {parameters.Length} characters long; parameters have at most {Limits.MaxTextBytes} (Limits:QueryBytes)");
        try
        {
            var json = JsonDocument.Parse(parameters.Length == 0 ? "{}" : parameters);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;

            json.Dispose();
            throw Invalid(parameters, "is not a JSON object, such as {\"name\": 1}");
        }
        catch (JsonException e)
        {
            throw Invalid(parameters, $"is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    private static InvalidInputException Invalid(string value, string problem) => new("definition.parameters", value, problem);
}
