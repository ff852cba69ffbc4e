using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Subscriptions.Core.Documents;

/// <summary>
/// A document's revision: how many times it was changed, and a digest that is a function of the parent revision, the deletion flag and the
/// content only. The same edits of the same document give the same revisions everywhere. Text: <c>generation-32 hex digits</c>.
/// </summary>
/// <param name="Generation">The number of changes, from 1.</param>
/// <param name="Digest">The first 128 bits of the SHA-256 of parent, deletion flag and content.</param>
public readonly record struct Revision(long Generation, UInt128 Digest)
{
    private const int PrefixLength = 8 + 16 + 1;

    /// <summary>The revision that follows <paramref name="parent"/> when the document gets <paramref name="content"/>.</summary>
    /// <param name="parent">The current revision; null when the document never existed.</param>
    /// <param name="deleted">True for a deletion or expiry.</param>
    /// <param name="content">The new content; empty for a deletion.</param>
    public static Revision Next(Revision? parent, bool deleted, ReadOnlySpan<byte> content)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        var from = parent.GetValueOrDefault();
        BinaryPrimitives.WriteInt64BigEndian(prefix, from.Generation);
        BinaryPrimitives.WriteUInt128BigEndian(prefix[8..], from.Digest);
        prefix[24] = deleted ? (byte)1 : (byte)0;

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(prefix, content, digest);
        return new Revision(from.Generation + 1, BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    /// <summary>Reads <c>generation-32 hex digits</c>.</summary>
    /// <returns>False when the text is not a revision.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Revision revision)
    {
        revision = default;
        var dash = text.IndexOf('-');
        if (dash < 1 || text.Length - dash - 1 != 32) return false;
        if (!long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var generation) || generation < 1) return false;
        if (!UInt128.TryParse(text[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest)) return false;

        revision = new Revision(generation, digest);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Digest:x32}");

    private static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content, Span<byte> digest)
    {
        const int OnStack = 1024;
        if (content.Length <= OnStack - PrefixLength)
        {
            Span<byte> whole = stackalloc byte[OnStack];
            prefix.CopyTo(whole);
            content.CopyTo(whole[PrefixLength..]);
            SHA256.HashData(whole[..(PrefixLength + content.Length)], digest);
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix);
        hash.AppendData(content);
        hash.GetHashAndReset(digest);
    }
}
