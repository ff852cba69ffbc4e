using System.Text;

namespace Subscriptions.Core.Documents;

/// <summary>Which partition a document lives in: FNV-1a (64 bit) over the id's UTF-8, modulo the number of partitions.</summary>
/// <remarks>
/// The function is part of the contract: a reader may compute it. Source of the algorithm: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake,
/// "The FNV Non-Cryptographic Hash Algorithm", offset basis 14695981039346656037, prime 1099511628211; the high half is folded into the low
/// half before the remainder is taken.
/// </remarks>
public static class PartitionHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The partition of <paramref name="id"/>, from 0 to <paramref name="partitionCount"/> − 1.</summary>
    public static int Of(string id, int partitionCount)
    {
        if (partitionCount == 1) return 0;

        Span<byte> utf8 = stackalloc byte[DocumentLimits.MaxIdBytes * 2];
        var length = Encoding.UTF8.GetBytes(id, utf8);
        var hash = OffsetBasis;
        foreach (var b in utf8[..length]) hash = (hash ^ b) * Prime;
        return (int)((hash ^ (hash >> 32)) % (ulong)partitionCount);
    }
}
