using System.Buffers.Binary;

namespace Subscriptions.Core.Changes;

/// <summary>
/// The binary form of a resume token: a version byte; the number of positions; per position the partition, the branch (8 bytes, big
/// endian), the seqno, how far the snapshot's start lies below and its end above it, and the purge seqno; then a checksum (4 bytes, FNV-1a)
/// over all before it. Numbers without a size are LEB128.
/// </summary>
internal static class ResumeTokenEncoding
{
    private const byte Version = 1;
    private const int ChecksumBytes = sizeof(uint);
    private const int MinPositionBytes = 8 + 5;
    private const int MaxPositionBytes = 8 + (5 * Varint.MaxBytes);

    /// <summary>The most bytes that the binary form of so many positions takes.</summary>
    public static int MaxBytes(int positions) => 1 + Varint.MaxBytes + (positions * MaxPositionBytes) + ChecksumBytes;

    /// <summary>Writes the binary form of what a reader has.</summary>
    /// <param name="positions">By partition; those at the beginning are left out.</param>
    /// <param name="buffer">At least <see cref="MaxBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<Position> positions, Span<byte> buffer)
    {
        var count = 0;
        foreach (var p in positions) count += p.Seqno > 0 ? 1 : 0;

        var at = 0;
        buffer[at++] = Version;
        Varint.Write(buffer, ref at, count);
        foreach (var p in positions)
        {
            if (p.Seqno == 0) continue;

            Varint.Write(buffer, ref at, p.Partition);
            BinaryPrimitives.WriteUInt64BigEndian(buffer[at..], p.Branch.Value);
            at += sizeof(ulong);
            Varint.Write(buffer, ref at, p.Seqno);
            Varint.Write(buffer, ref at, p.Seqno - p.SnapshotStart);
            Varint.Write(buffer, ref at, p.SnapshotEnd - p.Seqno);
            Varint.Write(buffer, ref at, p.PurgeSeqno);
        }

        BinaryPrimitives.WriteUInt32BigEndian(buffer[at..], Checksum(buffer[..at]));
        return at + ChecksumBytes;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out ResumeToken token)
    {
        token = ResumeToken.Beginning;
        if (bytes.Length < 2 + ChecksumBytes || bytes[0] != Version) return false;

        var body = bytes[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[^ChecksumBytes..]) != Checksum(body)) return false;

        var at = 1;
        if (!Varint.TryRead(body, ref at, out var count) || count > body.Length / MinPositionBytes) return false;

        var positions = new List<Position>((int)count);
        for (var i = 0; i < count; i++)
        {
            if (!TryReadPosition(body, ref at, out var position)) return false;
            if (i > 0 && position.Partition <= positions[^1].Partition) return false;
            positions.Add(position);
        }

        if (at != body.Length || positions.Exists(p => p.Seqno == 0)) return false;

        token = new ResumeToken(positions);
        return true;
    }

    private static bool TryReadPosition(ReadOnlySpan<byte> body, ref int at, out Position position)
    {
        position = default;
        if (!Varint.TryRead(body, ref at, out var partition) || partition > int.MaxValue || body.Length - at < sizeof(ulong)) return false;

        var branch = BinaryPrimitives.ReadUInt64BigEndian(body[at..]);
        at += sizeof(ulong);
        var isRead = Varint.TryRead(body, ref at, out var seqno)
            & Varint.TryRead(body, ref at, out var below)
            & Varint.TryRead(body, ref at, out var above)
            & Varint.TryRead(body, ref at, out var purgeSeqno);
        if (!isRead || below > seqno || above > long.MaxValue - seqno) return false;

        position = new Position((int)partition, new BranchId(branch), seqno, seqno - below, seqno + above, purgeSeqno);
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
