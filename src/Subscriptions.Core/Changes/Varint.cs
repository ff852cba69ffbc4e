namespace Subscriptions.Core.Changes;

/// <summary>Numbers from 0 as LEB128, seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int MaxBytes = 10;

    public static void Write(Span<byte> buffer, ref int at, long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            buffer[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        buffer[at++] = (byte)rest;
    }

    public static bool TryRead(ReadOnlySpan<byte> body, ref int at, out long value)
    {
        value = 0;
        for (var shift = 0; shift < 63 && at < body.Length; shift += 7)
        {
            var b = body[at++];
            value |= (long)(b & 0x7f) << shift;
            if ((b & 0x80) == 0) return true;
        }

        return false;
    }
}
