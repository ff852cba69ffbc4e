using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>What one reader's projection knows about the document that it looks at. Reuses its buffers; not thread-safe.</summary>
internal sealed class ProjectionState(ContentReader content, ScriptSession? scripts)
{
    private Change? _change;

    /// <summary>Calls the query's functions; null when it has none.</summary>
    public ScriptSession? Scripts => scripts;

    /// <summary>The document's id.</summary>
    public string Id => _change!.Id;

    public void Begin(Change change)
    {
        _change = change;
        content.Begin(change);
    }

    /// <summary>Lets go of the document.</summary>
    public void End()
    {
        _change = null;
        content.End();
    }

    /// <summary>The values of the projection's paths.</summary>
    /// <exception cref="EvaluationException">The content is not a JSON object.</exception>
    public SlotTable Read(out ReadOnlySpan<byte> source)
    {
        if (!content.TryRead(out var slots, out source)) throw new EvaluationException("the content is not valid JSON, or nests too deep");
        return slots;
    }
}
