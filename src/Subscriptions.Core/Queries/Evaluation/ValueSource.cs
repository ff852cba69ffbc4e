using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Where a condition takes its values from. Immutable; shared by all filters of a query.</summary>
internal abstract class ValueSource
{
    /// <summary>True when a document can have any number of values, not just one.</summary>
    public virtual bool HasMany => false;

    /// <summary>The values in the document.</summary>
    public abstract ValueEnumerator Read(DocumentState document);
}

/// <summary>The values of a path.</summary>
internal sealed class SlotSource(int slot, bool hasMany) : ValueSource
{
    public override bool HasMany => hasMany;

    public override ValueEnumerator Read(DocumentState document) => document.ReadSlot(slot);
}

/// <summary>The document's id.</summary>
internal sealed class IdSource : ValueSource
{
    public override ValueEnumerator Read(DocumentState document) => new(document.ReadId());
}

/// <summary>A constant.</summary>
internal sealed class ConstantSource(ConstantValue constant) : ValueSource
{
    public override ValueEnumerator Read(DocumentState document) => new(constant.Value);
}

/// <summary>A declared function's result.</summary>
/// <param name="call">The call.</param>
/// <param name="number">Its number among those whose results a query compares.</param>
internal sealed class CallSource(ScriptCall call, int number) : ValueSource
{
    public override ValueEnumerator Read(DocumentState document) => new(document.ReadCall(call, number));
}
