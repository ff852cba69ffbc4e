namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>The items of an <c>in</c> list, sorted by type and value: looking one up takes a number of comparisons that grows with the logarithm. Immutable.</summary>
internal sealed class ConstantSet
{
    private readonly ConstantValue[] _strings;
    private readonly ConstantValue[] _numbers;
    private readonly bool _hasNull;
    private readonly bool _hasTrue;
    private readonly bool _hasFalse;

    public ConstantSet(IReadOnlyCollection<ConstantValue> items)
    {
        _strings = Sort(items, ValueKind.String);
        _numbers = Sort(items, ValueKind.Number);
        _hasNull = items.Any(item => item.Kind == ValueKind.Null);
        _hasTrue = items.Any(item => item.Kind == ValueKind.True);
        _hasFalse = items.Any(item => item.Kind == ValueKind.False);
    }

    public bool Contains(Value value) => value.Kind switch
    {
        ValueKind.Missing or ValueKind.Null => _hasNull,
        ValueKind.True => _hasTrue,
        ValueKind.False => _hasFalse,
        ValueKind.String => Find(_strings, value),
        ValueKind.Number => Find(_numbers, value),
        _ => false,
    };

    private static ConstantValue[] Sort(IReadOnlyCollection<ConstantValue> items, ValueKind kind)
    {
        var sorted = items.Where(item => item.Kind == kind).ToArray();
        Array.Sort(sorted, (left, right) => ValueComparison.Order(left.Value, right.Value)!.Value);
        return sorted;
    }

    private static bool Find(ConstantValue[] sorted, Value value)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = ValueComparison.Order(sorted[middle].Value, value)!.Value;
            if (order == 0) return true;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return false;
    }
}
