using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Subscriptions.Core.Changes;

/// <summary>Writes the text form of resume tokens: a feed gives one with every row.</summary>
public static class ResumeTokenText
{
    // The largest sum of seqnos has 39 digits.
    private const int MaxNumberBytes = 40;
    private const int OnStack = 512;

    /// <summary>The most bytes that the text of so many positions takes.</summary>
    public static int MaxBytes(int positions) => MaxNumberBytes + Base64Url.GetEncodedLength(ResumeTokenEncoding.MaxBytes(positions));

    /// <summary>Writes the text of what a reader has, which is ASCII.</summary>
    /// <param name="positions">By partition; those at the beginning may be there.</param>
    /// <param name="text">At least <see cref="MaxBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<Position> positions, Span<byte> text)
    {
        var sum = UInt128.Zero;
        foreach (var p in positions) sum += (UInt128)p.Seqno;
        if (sum == 0)
        {
            text[0] = (byte)'0';
            return 1;
        }

        WriteNumber(sum, text, out var at);
        text[at++] = (byte)'-';

        var size = ResumeTokenEncoding.MaxBytes(positions.Length);
        var rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        var binary = rented ?? stackalloc byte[OnStack];
        Base64Url.EncodeToUtf8(binary[..ResumeTokenEncoding.Encode(positions, binary)], text[at..], out _, out var written);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return at + written;
    }

    /// <summary>The text of what a reader has.</summary>
    public static string ToString(ReadOnlySpan<Position> positions)
    {
        var size = MaxBytes(positions.Length);
        var text = size > OnStack ? new byte[size] : stackalloc byte[OnStack];
        return Encoding.ASCII.GetString(text[..Write(positions, text)]);
    }

    // Almost always it fits; formatting the wide number takes ten times as long.
    private static void WriteNumber(UInt128 number, Span<byte> text, out int written)
    {
        if (number <= ulong.MaxValue) Utf8Formatter.TryFormat((ulong)number, text, out written);
        else number.TryFormat(text, out written, provider: System.Globalization.CultureInfo.InvariantCulture);
    }
}
