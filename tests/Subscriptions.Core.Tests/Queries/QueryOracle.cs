using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>What a condition means, written down as simply as possible: every path's values are collected into a list first.</summary>
internal static class QueryOracle
{
    public static bool Holds(Expression expression, JsonElement document, string id) => expression switch
    {
        OrExpression or => or.Terms.Any(term => Holds(term, document, id)),
        AndExpression and => and.Terms.All(term => Holds(term, document, id)),
        NotExpression not => !Holds(not.Term, document, id),
        ComparisonExpression comparison => (from left in Values(comparison.Left, document, id)
                                            from right in Values(comparison.Right, document, id)
                                            select Compare(comparison.Operator, left, right)).Any(holds => holds),
        InExpression @in => Values(@in.Value, document, id).Any(
            value => @in.Items.Any(item => AreEqual(value, Values(item, document, id)[0]))),
        BetweenExpression between => Values(between.Value, document, id).Any(
            value => Compare(ComparisonOperator.GreaterOrEqual, value, Values(between.Low, document, id)[0])
                && Compare(ComparisonOperator.LessOrEqual, value, Values(between.High, document, id)[0])),
        ExistsExpression exists => Values(exists.Path, document, id).Any(value => value is not null),
        TextExpression text => Values(text.Value, document, id).Any(
            value => value is string s && Looks(text.Function, s, ((StringLiteral)text.Argument).Value)),
        _ => throw new ArgumentOutOfRangeException(nameof(expression), expression, "not evaluated"),
    };

    /// <summary>Null: missing. Otherwise a string, or the JSON element of another type.</summary>
    private static List<object?> Values(Operand operand, JsonElement document, string id) => operand switch
    {
        DocumentId => [id],
        StringLiteral text => [text.Value],
        NumberLiteral number => [JsonDocument.Parse(number.Text).RootElement],
        BooleanLiteral boolean => [JsonDocument.Parse(boolean.Value ? "true" : "false").RootElement],
        NullLiteral => [JsonDocument.Parse("null").RootElement],
        PathOperand path => [.. Values(document, [.. path.Steps])],
        _ => throw new ArgumentOutOfRangeException(nameof(operand), operand, "not evaluated"),
    };

    private static IEnumerable<object?> Values(JsonElement element, PathStep[] steps)
    {
        if (steps.Length == 0) return [element.ValueKind == JsonValueKind.String ? element.GetString() : element];

        if (steps[0].IsElements)
            return element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(e => Values(e, steps[1..])) : [null];

        if (element.ValueKind != JsonValueKind.Object) return [null];
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name == steps[0].Property) return Values(property.Value, steps[1..]);
        }

        return [null];
    }

    private static bool Compare(ComparisonOperator comparison, object? left, object? right)
    {
        if (comparison == ComparisonOperator.Equal) return AreEqual(left, right);
        if (comparison == ComparisonOperator.NotEqual) return !AreEqual(left, right);

        int order;
        if (left is string s && right is string t) order = OrderStrings(s, t);
        else if (IsNumber(left) && IsNumber(right)) order = OrderNumbers(left, right);
        else return false;

        return comparison switch
        {
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static bool AreEqual(object? left, object? right)
    {
        if (IsNull(left) || IsNull(right)) return IsNull(left) && IsNull(right);
        if (left is string || right is string) return left is string s && right is string t && OrderStrings(s, t) == 0;
        if (IsNumber(left) || IsNumber(right)) return IsNumber(left) && IsNumber(right) && OrderNumbers(left, right) == 0;
        var kind = ((JsonElement)left!).ValueKind;
        return kind is JsonValueKind.True or JsonValueKind.False && kind == ((JsonElement)right!).ValueKind;
    }

    private static bool IsNull(object? value) => value is null or JsonElement { ValueKind: JsonValueKind.Null };

    private static bool IsNumber(object? value) => value is JsonElement { ValueKind: JsonValueKind.Number };

    private static int OrderStrings(string left, string right) =>
        Encoding.UTF32.GetBytes(left).Chunk(4).Select(b => BitConverter.ToInt32(b)).ToArray().AsSpan()
            .SequenceCompareTo(Encoding.UTF32.GetBytes(right).Chunk(4).Select(b => BitConverter.ToInt32(b)).ToArray());

    private static int OrderNumbers(object? left, object? right) =>
        Scaled(((JsonElement)left!).GetRawText()).CompareTo(Scaled(((JsonElement)right!).GetRawText()));

    /// <summary>The number × 10^100, exactly; the exponents of the test's numbers are small.</summary>
    private static BigInteger Scaled(string text)
    {
        var parts = text.ToUpperInvariant().Split('E');
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        var fraction = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].Length - 1 - parts[0].IndexOf('.', StringComparison.Ordinal) : 0;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return digits * BigInteger.Pow(10, 100 + exponent - fraction);
    }

    private static bool Looks(TextFunction function, string text, string argument) => function switch
    {
        TextFunction.StartsWith => text.StartsWith(argument, StringComparison.Ordinal),
        TextFunction.EndsWith => text.EndsWith(argument, StringComparison.Ordinal),
        TextFunction.Contains => text.Contains(argument, StringComparison.Ordinal),
        _ => Regex.IsMatch(text, argument, RegexOptions.CultureInvariant),
    };
}
