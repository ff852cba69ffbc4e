namespace Subscriptions.Core.Queries.Syntax;

/// <summary>
/// A part of a parsed query. Two nodes are equal when they mean the same text; where they stood is no part of that.
/// <see cref="ToString"/> gives canonical text, which parses to an equal node.
/// </summary>
public abstract record QueryNode
{
    /// <summary>Where the node began in the text that it was parsed from; default for a node that was not parsed.</summary>
    public TextPosition Position { get; init; }

    /// <summary>Where the text within the node began, where it has any of its own: a function's body; default elsewhere.</summary>
    public TextPosition InnerPosition { get; init; }

    /// <inheritdoc />
    public virtual bool Equals(QueryNode? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc />
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The node as canonical text.</summary>
    public sealed override string ToString() =>
        new CanonicalWriter { Alias = (this as SubscriptionQuery)?.Alias }.Node(this).ToString();

    internal abstract void WriteTo(CanonicalWriter writer);
}
