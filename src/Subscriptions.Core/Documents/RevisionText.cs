using System.Buffers.Binary;
using System.Buffers.Text;

namespace Subscriptions.Core.Documents;

/// <summary>Revisions as the bytes of their text, <c>generation-32 hex digits</c>, without making a string of each.</summary>
public static class RevisionText
{
    /// <summary>The longest text.</summary>
    public const int MaxLength = 19 + 1 + DigestLength;

    private const int DigestLength = 32;

    /// <summary>How many bytes a revision's text has.</summary>
    public static int LengthOf(Revision revision)
    {
        var digits = 1;
        for (var rest = revision.Generation / 10; rest > 0; rest /= 10) digits++;
        return digits + 1 + DigestLength;
    }

    /// <summary>Writes a revision's text.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write(Revision revision, Span<byte> text)
    {
        Span<byte> digest = stackalloc byte[DigestLength / 2];
        BinaryPrimitives.WriteUInt128BigEndian(digest, revision.Digest);
        Utf8Formatter.TryFormat(revision.Generation, text, out var used);
        text[used++] = (byte)'-';
        Convert.TryToHexStringLower(digest, text[used..], out var hex);
        return used + hex;
    }
}
