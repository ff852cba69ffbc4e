using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Subscriptions.Core.Documents;

/// <summary>
/// The span of a distributed trace that a change was written in, as W3C Trace Context names it; only of traces that are recorded.
/// Immutable. Kept with the newest changes in memory and nowhere else: who reads from the disk does not learn it.
/// </summary>
/// <param name="TraceId">The trace; not 0.</param>
/// <param name="SpanId">The span of the writer; not 0.</param>
public sealed record TraceOrigin(UInt128 TraceId, ulong SpanId)
{
    /// <summary>How long the header's value is, which is ASCII.</summary>
    public const int TextLength = 55;

    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    /// <summary>The origin that a <c>traceparent</c> header names.</summary>
    /// <param name="traceparent">The value; null or empty: there is none.</param>
    /// <returns>Null when there is none, it is malformed, or its trace is not recorded: then nobody could look it up.</returns>
    public static TraceOrigin? Of(string? traceparent)
    {
        // The runtime looks at the fields, and not at what stands between them.
        if (traceparent is null || traceparent.Length < TextLength) return null;
        if ((traceparent[2], traceparent[35], traceparent[52]) != ('-', '-', '-')) return null;
        if (!ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var context)) return null;
        if ((context.TraceFlags & ActivityTraceFlags.Recorded) == 0) return null;

        var traceId = UInt128.Parse(context.TraceId.ToHexString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var spanId = ulong.Parse(context.SpanId.ToHexString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return traceId == UInt128.Zero || spanId == 0 ? null : new TraceOrigin(traceId, spanId);
    }

    /// <summary>The same for those who make spans.</summary>
    public ActivityContext ToContext()
    {
        Span<byte> bytes = stackalloc byte[TraceIdBytes + SpanIdBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, TraceId);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[TraceIdBytes..], SpanId);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[..TraceIdBytes]),
            ActivitySpanId.CreateFromBytes(bytes[TraceIdBytes..]),
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }

    /// <summary>Writes the header's value: <see cref="TextLength"/> bytes.</summary>
    public void Write(Span<byte> text)
    {
        "00-"u8.CopyTo(text);
        TraceId.TryFormat(text[3..], out _, "x32", CultureInfo.InvariantCulture);
        text[35] = (byte)'-';
        SpanId.TryFormat(text[36..], out _, "x16", CultureInfo.InvariantCulture);
        "-01"u8.CopyTo(text[52..]);
    }

    /// <summary>The header's value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"00-{TraceId:x32}-{SpanId:x16}-01");
}
