namespace Subscriptions.Core.Queries.Selectors;

/// <summary>A condition on a value. Immutable.</summary>
internal abstract class SelectorNode
{
    public abstract bool Matches(SelectorValue value, SelectorState state);

    /// <summary>Whether the condition holds for a property that is not there.</summary>
    public virtual bool MatchesMissing => false;

    /// <summary>
    /// The opposite, as far as there is a value: what a selector says of a property it says of documents that have the property, negated or not.
    /// </summary>
    public virtual SelectorNode Negate() => new NotNode(this);
}

/// <summary>Anything.</summary>
internal sealed class AnythingNode : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) => true;
}

/// <summary>Every term; anything when there is none.</summary>
internal sealed class AndNode(SelectorNode[] terms) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        foreach (var term in terms)
        {
            if (!term.Matches(value, state)) return false;
        }

        return true;
    }

    public override bool MatchesMissing => terms.All(t => t.MatchesMissing);

    public override SelectorNode Negate() => new OrNode([.. terms.Select(t => t.Negate())]);
}

/// <summary>Any term; anything when there is none.</summary>
internal sealed class OrNode(SelectorNode[] terms) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state)
    {
        foreach (var term in terms)
        {
            if (term.Matches(value, state)) return true;
        }

        return terms.Length == 0;
    }

    public override bool MatchesMissing => terms.Length == 0 || terms.Any(t => t.MatchesMissing);

    public override SelectorNode Negate() => new AndNode([.. terms.Select(t => t.Negate())]);
}

/// <summary>Not the term.</summary>
/// <param name="term">The term.</param>
/// <param name="isOfMissing">Whether the opposite is said of what is not there as well.</param>
internal sealed class NotNode(SelectorNode term, bool isOfMissing = false) : SelectorNode
{
    public override bool MatchesMissing => isOfMissing && !term.MatchesMissing;

    public override bool Matches(SelectorValue value, SelectorState state) => !term.Matches(value, state);

    public override SelectorNode Negate() => term;
}

/// <summary>A condition on the value at a path; holds for no document in which the path leads nowhere, but for <c>$exists: false</c>.</summary>
/// <param name="path">The path.</param>
/// <param name="isDocument">Whether it begins at the document.</param>
/// <param name="condition">The condition.</param>
internal sealed class FieldNode(FieldPath path, bool isDocument, SelectorNode condition) : SelectorNode
{
    public override bool Matches(SelectorValue value, SelectorState state) => path.Follow(value, isDocument ? state.Change : null, out var found) switch
    {
        FieldOutcome.Found => condition.Matches(found, state),
        FieldOutcome.Missing => condition.MatchesMissing,
        _ => false,
    };

    public override bool MatchesMissing => condition.MatchesMissing;

    public override SelectorNode Negate() => new FieldNode(path, isDocument, condition.Negate());
}
