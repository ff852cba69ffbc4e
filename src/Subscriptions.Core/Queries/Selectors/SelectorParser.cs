using System.Text.Json;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>Turns a selector's JSON into conditions.</summary>
internal sealed class SelectorParser(PatternCompiler patterns)
{
    private int _conditions;
    private int _elementConditions;

    /// <exception cref="SelectorException">It is no selector.</exception>
    public SelectorNode Parse(JsonElement selector) => selector.ValueKind == JsonValueKind.Object
        ? ParseSelector(selector, new SelectorPlace("", IsDocument: true, IsWithinElements: false))
        : throw new SelectorException("", null, $"a selector is a JSON object, not {Show(selector)}");

    /// <summary>An object of operators and properties, all of which are to hold; without any it holds for anything.</summary>
    private SelectorNode ParseSelector(JsonElement selector, SelectorPlace place)
    {
        var terms = selector.EnumerateObject().Select(p => ParseProperty(p.Name, p.Value, place)).ToArray();
        return terms.Length switch
        {
            0 => new AnythingNode(),
            1 => terms[0],
            _ => new AndNode(terms),
        };
    }

    private SelectorNode ParseProperty(string name, JsonElement value, SelectorPlace place)
    {
        var at = place.Below(name);
        if (name.StartsWith('$')) return ParseOperator(name, value, at);
        if (FieldPath.Split(name) is not { } steps)
            throw new SelectorException(at.Pointer, null, $"{QueryText.Show(name)} is no field: a step between its dots is empty; a dot that belongs to a name has a backslash before it");

        var condition = ParseCondition(value, at with { IsDocument = false });
        return new FieldNode(new FieldPath(steps), place.IsDocument, condition);
    }

    /// <summary>What a field has to be: an object of operators or further fields, or else a value to be equal to.</summary>
    private SelectorNode ParseCondition(JsonElement value, SelectorPlace place)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any()) return ParseSelector(value, place);

        Count(place);
        return new ComparisonNode(SelectorComparison.Equal, value);
    }

    private SelectorNode ParseOperator(string name, JsonElement value, SelectorPlace place)
    {
        Count(place);
        return name switch
        {
            "$and" => new AndNode(ParseSelectors(name, value, place)),
            "$or" => new OrNode(ParseSelectors(name, value, place)),
            "$nor" => Negate(new OrNode(ParseSelectors(name, value, place)), place),
            "$not" => Negate(ParseSelector(Expect(name, value, JsonValueKind.Object, "an object", place), place), place),
            "$lt" => new ComparisonNode(SelectorComparison.Less, value),
            "$lte" => new ComparisonNode(SelectorComparison.LessOrEqual, value),
            "$eq" => new ComparisonNode(SelectorComparison.Equal, value),
            "$ne" => new ComparisonNode(SelectorComparison.NotEqual, value),
            "$gte" => new ComparisonNode(SelectorComparison.GreaterOrEqual, value),
            "$gt" => new ComparisonNode(SelectorComparison.Greater, value),
            "$in" => new InNode(ParseList(name, value, place), isIn: true),
            "$nin" => new InNode(ParseList(name, value, place), isIn: false),
            "$all" => new AllNode(ParseList(name, value, place)),
            "$elemMatch" => new ElementsNode(ParseWithin(name, value, place), isAll: false),
            "$allMatch" => new ElementsNode(ParseWithin(name, value, place), isAll: true),
            "$keyMapMatch" => new KeysNode(ParseWithin(name, value, place)),
            "$exists" => new ExistsNode(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad(name, value, "true or false", place)),
            "$type" => new TypeNode(ParseString(name, value, place)),
            "$size" => new SizeNode(TryGetWhole(value, out var size) && size >= 0 ? size : throw Bad(name, value, "a whole number that is not negative", place)),
            "$mod" => ParseMod(name, value, place),
            "$regex" => ParseRegex(name, value, place),
            "$beginsWith" => new PrefixNode(ParseString(name, value, place)),
            "$text" or "$where" or "$near" or "$nearSphere" or "$geoWithin" or "$geoIntersects" =>
                throw new SelectorException(place.Pointer, name, $"the operator {name} is not supported"),
            _ => throw new SelectorException(place.Pointer, name, $"Invalid operator: {QueryText.Clean(name)}"),
        };
    }

    // Within elements a negation is one: of what has no such property as well.
    private static SelectorNode Negate(SelectorNode node, SelectorPlace place) => place.IsWithinElements ? new NotNode(node, isOfMissing: true) : node.Negate();

    private SelectorNode[] ParseSelectors(string name, JsonElement value, SelectorPlace place) =>
    [
        .. Expect(name, value, JsonValueKind.Array, "an array of selectors", place).EnumerateArray().Select((element, i) =>
        {
            var at = place.Below(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return ParseSelector(Expect(name, element, JsonValueKind.Object, "an array of selectors", at), at);
        }),
    ];

    private SelectorNode ParseWithin(string name, JsonElement value, SelectorPlace place)
    {
        CountElements(place);
        return ParseCondition(Expect(name, value, JsonValueKind.Object, "an object", place), place with { IsDocument = false, IsWithinElements = true });
    }

    private JsonElement[] ParseList(string name, JsonElement value, SelectorPlace place)
    {
        CountElements(place);
        var items = Expect(name, value, JsonValueKind.Array, "an array", place).EnumerateArray().ToArray();
        return items.Length <= QueryLimits.MaxListItems
            ? items
            : throw new SelectorException(place.Pointer, name, $"{name} has {items.Length} values; it has at most {QueryLimits.MaxListItems}");
    }

    private static ModNode ParseMod(string name, JsonElement value, SelectorPlace place)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().ToArray() is [var first, var second]
            && TryGetWhole(first, out var divisor) && TryGetWhole(second, out var remainder) && divisor != 0)
            return new ModNode(divisor, remainder);
        throw Bad(name, value, "[divisor, remainder], two whole numbers of which the first is not 0", place);
    }

    private RegexNode ParseRegex(string name, JsonElement value, SelectorPlace place) =>
        new(patterns.Compile(ParseString(name, value, place), problem => new SelectorException(place.Pointer, name, $"Bad argument for operator {name}: {problem}")));

    private static string ParseString(string name, JsonElement value, SelectorPlace place) =>
        Expect(name, value, JsonValueKind.String, "a string", place).GetString()!;

    private static bool TryGetWhole(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    private static JsonElement Expect(string name, JsonElement value, JsonValueKind kind, string expected, SelectorPlace place) =>
        value.ValueKind == kind ? value : throw Bad(name, value, expected, place);

    private static SelectorException Bad(string name, JsonElement value, string expected, SelectorPlace place) =>
        new(place.Pointer, name, $"Bad argument for operator {name}: expected {expected}, found {Show(value)}");

    private static string Show(JsonElement value) => QueryText.Clean(value.GetRawText());

    private void Count(SelectorPlace place)
    {
        if (++_conditions > QueryLimits.MaxSelectorConditions)
            throw new SelectorException(place.Pointer, null, $"a selector has at most {QueryLimits.MaxSelectorConditions} conditions");
    }

    private void CountElements(SelectorPlace place)
    {
        if (++_elementConditions > QueryLimits.MaxElementConditions)
            throw new SelectorException(place.Pointer, null, $"a selector has at most {QueryLimits.MaxElementConditions} conditions on elements and lists");
    }
}
