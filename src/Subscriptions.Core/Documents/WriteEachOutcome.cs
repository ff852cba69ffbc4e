using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Documents;

/// <summary>What became of one operation of a request whose operations stand each for itself. Immutable.</summary>
public abstract record WriteEachOutcome
{
    private WriteEachOutcome(string id) => Id = id;

    /// <summary>The document.</summary>
    public string Id { get; }

    /// <summary>The operation was carried out and is durable, or there was nothing for it to change.</summary>
    /// <param name="Outcome">What it did.</param>
    public sealed record Done(WriteOutcome Outcome) : WriteEachOutcome(Outcome.Id);

    /// <summary>The operation's condition did not hold; it changed nothing.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="Current">The document's current revision; null when it does not exist.</param>
    public sealed record Conflict(string Document, Revision? Current) : WriteEachOutcome(Document);

    /// <summary>The operation is outside its limits; it changed nothing. Never from a store, which gets what was validated.</summary>
    /// <param name="Document">The document, as the operation names it.</param>
    /// <param name="Error">Which field, and what is wrong with it.</param>
    public sealed record Invalid(string Document, InvalidInputException Error) : WriteEachOutcome(Document);
}
