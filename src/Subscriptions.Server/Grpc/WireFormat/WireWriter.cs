using System.Buffers;
using System.Numerics;
using System.Text;

namespace Subscriptions.Server.Grpc.WireFormat;

/// <summary>
/// Writes protobuf's wire format straight into the network's buffers. Fields whose value is the default are left out, as proto3 says.
/// <see cref="Flush"/> when done.
/// </summary>
internal ref struct WireWriter(IBufferWriter<byte> output)
{
    private const int MaxVarint = 10;
    private const int LongText = 2048;

    private Span<byte> _span;
    private int _used;

    /// <summary>How long a tag and a number are; 0 for the default.</summary>
    public static int SizeOfNumber(long value) => value == 0 ? 0 : 1 + SizeOfVarint((ulong)value);

    /// <summary>How long a tag, a length and so many bytes are; 0 for none.</summary>
    public static int SizeOfBytes(int length) => length == 0 ? 0 : SizeOfField(length);

    /// <summary>How long a tag, a length and so many bytes are, even none.</summary>
    public static int SizeOfField(int length) => 1 + SizeOfVarint((uint)length) + length;

    /// <summary>How many bytes of UTF-8 a text has.</summary>
    public static int LengthOf(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>A number; nothing for the default.</summary>
    public void Number(byte tag, long value)
    {
        if (value == 0) return;
        Ensure(1 + MaxVarint);
        _span[_used++] = tag;
        Varint((ulong)value);
    }

    /// <summary>The beginning of a field of so many bytes, which follow.</summary>
    public void Begin(byte tag, int length)
    {
        Ensure(1 + MaxVarint);
        _span[_used++] = tag;
        Varint((uint)length);
    }

    /// <summary>A text; nothing for none.</summary>
    public void Text(byte tag, string text)
    {
        if (text.Length == 0) return;
        var length = LengthOf(text);
        Begin(tag, length);
        if (length > LongText)
        {
            Raw(Encoding.UTF8.GetBytes(text));
            return;
        }

        Ensure(length);
        _used += Encoding.UTF8.GetBytes(text, _span[_used..]);
    }

    /// <summary>Bytes; nothing for none.</summary>
    public void Bytes(byte tag, scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Begin(tag, bytes.Length);
        Raw(bytes);
    }

    /// <summary>Hands what was written to the output.</summary>
    public void Flush()
    {
        if (_used > 0) output.Advance(_used);
        _used = 0;
        _span = default;
    }

    private void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var fits = Math.Min(bytes.Length, _span.Length - _used);
            bytes[..fits].CopyTo(_span[_used..]);
            _used += fits;
            bytes = bytes[fits..];
            if (bytes.IsEmpty) return;
            Ensure(1);
        }
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _span[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _span[_used++] = (byte)value;
    }

    private void Ensure(int length)
    {
        if (_span.Length - _used >= length) return;
        Flush();
        _span = output.GetSpan(length);
    }

    // Seven bits a byte.
    private static int SizeOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;
}
