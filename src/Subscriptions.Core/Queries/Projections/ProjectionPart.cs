using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>A piece of the JSON that a projection writes. Immutable; shared by all readers of a query.</summary>
internal abstract class ProjectionPart
{
    /// <exception cref="EvaluationException">Nothing can be made of this document.</exception>
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

/// <summary>A declared function's result.</summary>
internal sealed class CallPart(ScriptCall call) : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output) => document.Scripts!.Write(call, output);
}

/// <summary>A declared function's result as the whole content, which only an object can be.</summary>
internal sealed class WholeCallPart(ScriptCall call, string function) : ProjectionPart
{
    public override void Write(ProjectionState document, ResultBuffer output)
    {
        document.Scripts!.Write(call, output);
        if (output.Written is [(byte)'{', ..]) return;

        var made = output.Written switch
        {
            [(byte)'[', ..] => "an array",
            [(byte)'"', ..] => "a string",
            [(byte)'t' or (byte)'f', ..] => "true or false",
            [(byte)'n', ..] => "null or undefined",
            _ => "a number",
        };
        throw new EvaluationException($"function '{function}' returned {made}; what it is selected for is an object");
    }
}
