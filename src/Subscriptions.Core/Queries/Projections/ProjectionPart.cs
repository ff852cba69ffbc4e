using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>A piece of the JSON that a projection writes. Immutable; shared by all readers of a query.</summary>
internal abstract class ProjectionPart
{
    /// <exception cref="ProjectionException">Nothing can be made of this document.</exception>
    public abstract void Write(ProjectionState document, ResultBuffer output);
}

/// <summary>What is the same for every document: braces, names, constants.</summary>
internal sealed class LiteralPart(byte[] json) : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output) => output.Write(json);
}

/// <summary>The value of a path, exactly as it stands in the document; null when it is missing.</summary>
internal sealed class ValuePart(int slot) : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output)
    {
        var slots = document.Read(out var source);
        var entry = slots.FirstEntry(slot);
        output.Write(entry < 0 ? "null"u8 : slots.ReadEntry(entry, source, out _).Text);
    }
}

/// <summary>The values of a path with elements, as one array in the document's order; null when the path leads to no array.</summary>
internal sealed class ValuesPart(int slot) : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output)
    {
        var slots = document.Read(out var source);
        var entry = slots.FirstEntry(slot);
        if (entry < 0 && slots.IsMissing(slot))
        {
            output.Write("null"u8);
            return;
        }

        output.Write("["u8);
        for (var isFirst = true; entry >= 0; isFirst = false)
        {
            if (!isFirst) output.Write(","u8);
            var value = slots.ReadEntry(entry, source, out entry);
            output.Write(value.Kind == ValueKind.Missing ? "null"u8 : value.Text);
        }

        output.Write("]"u8);
    }
}

/// <summary>The document's id, as a string.</summary>
internal sealed class IdPart : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output) => output.Write(JsonText.Quote(document.Id));
}
