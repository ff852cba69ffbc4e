using System.Text.RegularExpressions;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// A condition, ready to be evaluated. One about values holds when it does for any of them. Immutable; shared by all filters of a query.
/// </summary>
internal abstract class Predicate
{
    /// <exception cref="EvaluationException">A function failed on the document.</exception>
    public abstract bool Holds(DocumentState document);
}

/// <summary>Any term holds.</summary>
internal sealed class OrPredicate(Predicate[] terms) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var term in terms)
        {
            if (term.Holds(document)) return true;
        }

        return false;
    }
}

/// <summary>Every term holds.</summary>
internal sealed class AndPredicate(Predicate[] terms) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var term in terms)
        {
            if (!term.Holds(document)) return false;
        }

        return true;
    }
}

/// <summary>The term does not hold.</summary>
internal sealed class NotPredicate(Predicate term) : Predicate
{
    public override bool Holds(DocumentState document) => !term.Holds(document);
}

/// <summary>Two values compare.</summary>
internal sealed class ComparisonPredicate(ValueSource left, ComparisonOperator comparison, ValueSource right) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in left.Read(document))
        {
            foreach (var other in right.Read(document))
            {
                if (ValueComparison.Holds(comparison, value, other)) return true;
            }
        }

        return false;
    }
}

/// <summary>A value is in a list.</summary>
internal sealed class InPredicate(ValueSource source, ConstantSet items) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in source.Read(document))
        {
            if (items.Contains(value)) return true;
        }

        return false;
    }
}

/// <summary>A value lies between two others, both included.</summary>
internal sealed class BetweenPredicate(ValueSource source, ConstantValue low, ConstantValue high) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in source.Read(document))
        {
            if (ValueComparison.Order(low.Value, value) <= 0 && ValueComparison.Order(value, high.Value) <= 0) return true;
        }

        return false;
    }
}

/// <summary>A path leads somewhere, be it to null.</summary>
/// <param name="source">The path.</param>
/// <param name="isNullMissing">Whether null stands for what is not there.</param>
internal sealed class ExistsPredicate(ValueSource source, bool isNullMissing = false) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in source.Read(document))
        {
            if (isNullMissing ? !value.IsNull : value.Kind != ValueKind.Missing) return true;
        }

        return false;
    }
}

/// <summary>A string begins with, ends with or contains another.</summary>
internal sealed class TextPredicate(TextFunction function, ValueSource source, ConstantValue argument) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in source.Read(document))
        {
            if (value.Kind == ValueKind.String && Holds(value.Text)) return true;
        }

        return false;
    }

    private bool Holds(ReadOnlySpan<byte> text) => function switch
    {
        TextFunction.StartsWith => text.StartsWith(argument.Text),
        TextFunction.EndsWith => text.EndsWith(argument.Text),
        _ => text.IndexOf(argument.Text) >= 0,
    };
}

/// <summary>A regular expression matches somewhere in a string.</summary>
internal sealed class RegexPredicate(Regex regex, ValueSource source) : Predicate
{
    public override bool Holds(DocumentState document)
    {
        foreach (var value in source.Read(document))
        {
            if (value.Kind == ValueKind.String && document.IsMatch(regex, value.Text)) return true;
        }

        return false;
    }
}

/// <summary>A declared function's result counts as true.</summary>
internal sealed class CallPredicate(ScriptCall call) : Predicate
{
    public override bool Holds(DocumentState document) => document.Scripts!.Test(call);
}
