using System.Text.Json;
using System.Text.Json.Nodes;

namespace Subscriptions.Core.Tests.Queries.Selectors;

/// <summary>What a selector means, written down as CouchDB's documentation does: normalised to one operator a node, then matched, without regard to cost.</summary>
internal static class SelectorOracle
{
    private static readonly string[] Ranks = ["Null", "False", "True", "Number", "String", "Array", "Object"];

    public static bool Matches(JsonNode selector, JsonNode? document) => Match(Push(selector, ""), document);

    public static int Compare(JsonNode? left, JsonNode? right)
    {
        var rank = Rank(left).CompareTo(Rank(right));
        if (rank != 0) return rank;
        return left switch
        {
            JsonArray array => CompareAll([.. array], [.. right!.AsArray()]),
            JsonObject obj => CompareAll(Flat(obj), Flat(right!.AsObject())),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>().CompareTo(right!.GetValue<double>()),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => string.CompareOrdinal(value.GetValue<string>(), right!.GetValue<string>()),
            _ => 0,
        };
    }

    /// <summary>Moves the names of fields, joined, to the operators, as <c>["field", operator, argument]</c>; keeps and, or, not, nor.</summary>
    private static object[] Push(JsonNode? node, string path)
    {
        if (node is not JsonObject { Count: > 0 } obj) return node is JsonObject && path.Length == 0 ? ["$and", Array.Empty<object[]>()] : [path, "$eq", node!];
        var terms = obj.Select(p => p.Key switch
        {
            "$and" or "$or" or "$nor" => [p.Key, p.Value!.AsArray().Select(a => Push(a, path)).ToArray()],
            "$not" => ["$not", new[] { Push(p.Value, path) }],
            ['$', ..] => (object[])[path, p.Key, p.Value!],
            _ => Push(p.Value, path.Length == 0 ? p.Key : path + "." + p.Key),
        }).ToArray();
        return terms.Length == 1 ? terms[0] : ["$and", terms];
    }

    private static bool Match(object[] node, JsonNode? value, bool isNegated = false)
    {
        if (node is [string logic, object[][] terms])
        {
            var isAnd = (logic == "$and") != isNegated;
            if (logic == "$not") return Match(terms[0], value, !isNegated);
            if (logic == "$nor") isAnd = !isNegated;
            var negateTerms = logic == "$nor" ? !isNegated : isNegated;
            return terms.Length == 0 || (isAnd ? terms.All(t => Match(t, value, negateTerms)) : terms.Any(t => Match(t, value, negateTerms)));
        }

        var (path, name, argument) = ((string)node[0], (string)node[1], (JsonNode?)node[2]);
        var found = path.Length == 0 ? new Found(value) : Follow(value, path.Split('.'));
        if (found is null) return false;
        if (found.IsMissing) return name == "$exists" && argument!.GetValue<bool>() == isNegated;
        return Operator(name, argument, found.Value) != isNegated;
    }

    private static bool Operator(string name, JsonNode? argument, JsonNode? value) => name switch
    {
        "$eq" => Compare(value, argument) == 0,
        "$ne" => Compare(value, argument) != 0,
        "$lt" => Compare(value, argument) < 0,
        "$lte" => Compare(value, argument) <= 0,
        "$gt" => Compare(value, argument) > 0,
        "$gte" => Compare(value, argument) >= 0,
        "$in" => IsIn(argument!.AsArray(), value),
        "$nin" => !IsIn(argument!.AsArray(), value),
        "$exists" => argument!.GetValue<bool>(),
        "$size" => value is JsonArray array && array.Count == argument!.GetValue<int>(),
        "$all" => value is JsonArray all && argument!.AsArray().Count > 0
            && (argument.AsArray().All(a => all.Any(v => Compare(v, a) == 0)) || (argument.AsArray() is [JsonArray only] && Compare(value, only) == 0)),
        "$elemMatch" => value is JsonArray elements && elements.Any(e => Match(Push(argument, ""), e)),
        "$allMatch" => value is JsonArray { Count: > 0 } elements && elements.All(e => Match(Push(argument, ""), e)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not evaluated"),
    };

    private static bool IsIn(JsonArray constants, JsonNode? value) =>
        value is JsonArray array ? array.Any(v => constants.Any(c => Compare(v, c) == 0)) : constants.Any(c => Compare(value, c) == 0);

    private static Found? Follow(JsonNode? value, string[] steps)
    {
        foreach (var step in steps)
        {
            if (value is JsonObject obj)
            {
                if (!obj.TryGetPropertyValue(step, out value)) return new Found(null) { IsMissing = true };
            }
            else if (value is JsonArray array && int.TryParse(step, out var index) && index < array.Count)
            {
                value = array[index];
            }
            else
            {
                return null;
            }
        }

        return new Found(value);
    }

    private static JsonNode?[] Flat(JsonObject obj) => [.. obj.SelectMany(p => new[] { JsonValue.Create(p.Key), p.Value })];

    private static int CompareAll(JsonNode?[] left, JsonNode?[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (Compare(left[i], right[i]) is var order && order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int Rank(JsonNode? node) => Array.IndexOf(Ranks, node is null ? "Null" : node.GetValueKind().ToString());

    private sealed record Found(JsonNode? Value)
    {
        public bool IsMissing { get; init; }
    }
}
