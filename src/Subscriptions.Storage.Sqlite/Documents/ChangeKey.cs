namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// The key of a row of the change table: partition and seqno in one number, so that each partition's rows lie together, in seqno order, in the
/// table's own tree. Small for the first partition, which is the only one of most databases, and so takes few bytes.
/// </summary>
internal static class ChangeKey
{
    // 2^48 seqnos: nine years at a million changes a second.
    private const int SeqnoBits = 48;

    /// <summary>The largest seqno that has a key.</summary>
    public const long MaxSeqno = (1L << SeqnoBits) - 1;

    public static long Of(int partition, long seqno) => ((long)partition << SeqnoBits) | seqno;

    public static int Partition(long key) => (int)(key >> SeqnoBits);

    public static long Seqno(long key) => key & ((1L << SeqnoBits) - 1);
}
