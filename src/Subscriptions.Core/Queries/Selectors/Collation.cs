using System.Runtime.InteropServices;
using System.Text.Json;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>
/// The order of all JSON values: null, false, true, numbers, strings, arrays, objects. Numbers compare by value, strings by code point,
/// arrays and objects element by element, where the shorter of two that begin alike comes first.
/// </summary>
internal static class Collation
{
    public static int Compare(SelectorValue left, JsonElement right)
    {
        var order = RankOf(left.Kind).CompareTo(RankOf(right.ValueKind));
        if (order != 0) return order;
        return left.Kind == JsonValueKind.String ? CompareText(left.GetString(), right.GetString()!) : CompareAlike(left.Element, right);
    }

    public static bool AreEqual(SelectorValue left, JsonElement right) =>
        left.Kind == JsonValueKind.String && right.ValueKind == JsonValueKind.String
            ? right.ValueEquals(left.GetString())
            : Compare(left, right) == 0;

    // As deep as documents nest.
    private static int Compare(JsonElement left, JsonElement right)
    {
        var order = RankOf(left.ValueKind).CompareTo(RankOf(right.ValueKind));
        return order != 0 ? order : CompareAlike(left, right);
    }

    private static int CompareAlike(JsonElement left, JsonElement right) => left.ValueKind switch
    {
        JsonValueKind.Number => NumberText.Compare(JsonMarshal.GetRawUtf8Value(left), JsonMarshal.GetRawUtf8Value(right)),
        JsonValueKind.String => CompareText(left.GetString()!, right.GetString()!),
        JsonValueKind.Array => CompareArrays(left, right),
        JsonValueKind.Object => CompareObjects(left, right),
        _ => 0,
    };

    private static int CompareArrays(JsonElement left, JsonElement right)
    {
        using var others = right.EnumerateArray();
        foreach (var element in left.EnumerateArray())
        {
            if (!others.MoveNext()) return 1;
            var order = Compare(element, others.Current);
            if (order != 0) return order;
        }

        return others.MoveNext() ? -1 : 0;
    }

    private static int CompareObjects(JsonElement left, JsonElement right)
    {
        using var others = right.EnumerateObject();
        foreach (var property in left.EnumerateObject())
        {
            if (!others.MoveNext()) return 1;
            var order = CompareText(property.Name, others.Current.Name);
            if (order == 0) order = Compare(property.Value, others.Current.Value);
            if (order != 0) return order;
        }

        return others.MoveNext() ? -1 : 0;
    }

    // UTF-16 puts what lies beyond the first 65,536 code points between others.
    private static int CompareText(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == length) return left.Length.CompareTo(right.Length);

        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    private static int RankOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Null => 0,
        JsonValueKind.False => 1,
        JsonValueKind.True => 2,
        JsonValueKind.Number => 3,
        JsonValueKind.String => 4,
        JsonValueKind.Array => 5,
        _ => 6,
    };
}
