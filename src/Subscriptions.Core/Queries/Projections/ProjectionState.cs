using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>What one reader's projection knows about the document that it looks at. Reuses its buffers; not thread-safe.</summary>
internal sealed class ProjectionState(ContentReader content)
{
    private Change? _change;

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
    /// <exception cref="ProjectionException">The content is not a JSON object.</exception>
    public SlotTable Read(out ReadOnlySpan<byte> source)
    {
        if (!content.TryRead(out var slots, out source)) throw new ProjectionException("the content is not valid JSON, or nests too deep");
        return slots;
    }
}
