using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>How a value compares with a constant.</summary>
internal enum SelectorComparison
{
    Less = 0,
    LessOrEqual = 1,
    Equal = 2,
    NotEqual = 3,
    GreaterOrEqual = 4,
    Greater = 5,
}

/// <summary><c>$lt $lte $eq $ne $gte $gt</c>: over all types.</summary>
internal sealed class ComparisonNode(SelectorComparison comparison, JsonElement constant) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) => comparison switch
    {
        SelectorComparison.Equal => Collation.AreEqual(value, constant),
        SelectorComparison.NotEqual => !Collation.AreEqual(value, constant),
        SelectorComparison.Less => Collation.Compare(value, constant) < 0,
        SelectorComparison.LessOrEqual => Collation.Compare(value, constant) <= 0,
        SelectorComparison.Greater => Collation.Compare(value, constant) > 0,
        _ => Collation.Compare(value, constant) >= 0,
    };

    public override SelectorNode Negate() => new ComparisonNode(
        comparison switch
        {
            SelectorComparison.Equal => SelectorComparison.NotEqual,
            SelectorComparison.NotEqual => SelectorComparison.Equal,
            SelectorComparison.Less => SelectorComparison.GreaterOrEqual,
            SelectorComparison.LessOrEqual => SelectorComparison.Greater,
            SelectorComparison.Greater => SelectorComparison.LessOrEqual,
            _ => SelectorComparison.Less,
        },
        constant);
}

/// <summary><c>$in</c>, <c>$nin</c>: the value, or any element of an array, is among the constants.</summary>
internal sealed class InNode(JsonElement[] constants, bool isIn) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) => IsAmong(value) == isIn;

    public override SelectorNode Negate() => new InNode(constants, !isIn);

    private bool IsAmong(SelectorValue value)
    {
        if (value.Kind != JsonValueKind.Array) return constants.Any(c => Collation.AreEqual(value, c));
        foreach (var element in value.Element.EnumerateArray())
        {
            if (constants.Any(c => Collation.AreEqual(new SelectorValue(element), c))) return true;
        }

        return false;
    }
}

/// <summary><c>$all</c>: an array with all the constants; or one constant that is an array and equals the value.</summary>
internal sealed class AllNode(JsonElement[] constants) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        if (value.Kind != JsonValueKind.Array || constants.Length == 0) return false;
        if (constants is [{ ValueKind: JsonValueKind.Array } only] && Collation.AreEqual(value, only)) return true;
        return constants.All(c => value.Element.EnumerateArray().Any(e => Collation.AreEqual(new SelectorValue(e), c)));
    }
}

/// <summary><c>$elemMatch</c>, <c>$allMatch</c>: any element, or all of at least one.</summary>
internal sealed class ElementsNode(SelectorNode condition, bool isAll) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        if (value.Kind != JsonValueKind.Array) return false;
        foreach (var element in value.Element.EnumerateArray())
        {
            if (condition.Matches(new SelectorValue(element), state) != isAll) return !isAll;
        }

        return isAll && value.Element.GetArrayLength() > 0;
    }
}

/// <summary><c>$keyMapMatch</c>: any property's name.</summary>
internal sealed class KeysNode(SelectorNode condition) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        if (value.Kind != JsonValueKind.Object) return false;
        foreach (var property in value.Element.EnumerateObject())
        {
            if (condition.Matches(new SelectorValue(property.Name), state)) return true;
        }

        return false;
    }
}

/// <summary><c>$exists</c>.</summary>
internal sealed class ExistsNode(bool expected) : SelectorNode
{
    public override bool MatchesMissing => !expected;

    public override bool Matches(SelectorValue value, SelectorState state) => expected;

    public override SelectorNode Negate() => new ExistsNode(!expected);
}

/// <summary><c>$type</c>.</summary>
internal sealed class TypeNode(string type) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) => type == value.Kind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}

/// <summary><c>$size</c>: an array of so many elements.</summary>
internal sealed class SizeNode(long size) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) =>
        value.Kind == JsonValueKind.Array && value.Element.GetArrayLength() == size;
}

/// <summary><c>$mod</c>: a whole number, written as one, that leaves the remainder; which has the sign of the number.</summary>
internal sealed class ModNode(long divisor, long remainder) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        if (value.Kind != JsonValueKind.Number) return false;
        if (value.Element.TryGetInt64(out var number)) return divisor == -1 ? remainder == 0 : number % divisor == remainder;

        var text = value.Element.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && text.Length < 1000 && BigInteger.Parse(text, null) % divisor == remainder;
    }
}

/// <summary><c>$regex</c>: a string in which it matches.</summary>
internal sealed class RegexNode(Regex regex) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) =>
        value.Kind == JsonValueKind.String && state.Regexes.IsMatch(regex, value.GetString());
}

/// <summary><c>$beginsWith</c>: a string that begins so.</summary>
internal sealed class PrefixNode(string prefix) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) =>
        value.Kind == JsonValueKind.String && value.GetString().StartsWith(prefix, StringComparison.Ordinal);
}
