using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Design;

/// <summary>A function of a design document, ready to be called. Thread-safe.</summary>
public interface IDesignProgram
{
    /// <summary>
    /// Whether a document passes. The function sees its content with <c>_id</c> and <c>_rev</c>, a tombstone as
    /// <c>{_id, _rev, _deleted: true}</c>. What it changes is seen by no other call.
    /// </summary>
    /// <param name="change">The document.</param>
    /// <param name="request">What a filter gets as <c>req</c>: one JSON object; a map function does not get it.</param>
    /// <exception cref="ScriptException">The function threw, or went beyond a limit.</exception>
    bool Passes(Change change, ReadOnlyMemory<byte> request);
}
