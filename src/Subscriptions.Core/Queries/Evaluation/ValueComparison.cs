using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// How values compare. Null and missing are equal; numbers compare by value; strings by code point, which is the order of their UTF-8;
/// booleans are only equal or not; objects and arrays equal nothing. An order between different types does not hold.
/// </summary>
internal static class ValueComparison
{
    public static bool Holds(ComparisonOperator comparison, Value left, Value right) => comparison switch
    {
        ComparisonOperator.Equal => AreEqual(left, right),
        ComparisonOperator.NotEqual => !AreEqual(left, right),
        _ => IsOrdered(comparison, left, right),
    };

    public static bool AreEqual(Value left, Value right)
    {
        if (left.IsNull) return right.IsNull;
        if (left.Kind != right.Kind) return false;
        return left.Kind switch
        {
            ValueKind.String => left.Text.SequenceEqual(right.Text),
            ValueKind.Number => NumberText.Compare(left.Text, right.Text) == 0,
            ValueKind.True or ValueKind.False => true,
            _ => false,
        };
    }

    /// <summary>The order of two strings or two numbers; null between any other values.</summary>
    public static int? Order(Value left, Value right)
    {
        if (left.Kind != right.Kind) return null;
        return left.Kind switch
        {
            ValueKind.String => left.Text.SequenceCompareTo(right.Text),
            ValueKind.Number => NumberText.Compare(left.Text, right.Text),
            _ => null,
        };
    }

    private static bool IsOrdered(ComparisonOperator comparison, Value left, Value right) => Order(left, right) is { } order && comparison switch
    {
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        _ => order >= 0,
    };
}
