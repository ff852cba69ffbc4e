namespace Subscriptions.Core.Changes;

/// <summary>
/// The binary form of acked ranges: a version byte, then per range three LEB128 numbers: how far the partition lies above that of the range
/// before, where the range begins (above the end of the range before, in the same partition) and its length.
/// </summary>
internal static class AckedRangesEncoding
{
    private const byte Version = 1;

    public static byte[] Encode(AckedRanges ranges)
    {
        if (ranges.IsEmpty) return [];

        var buffer = new byte[1 + (ranges.Ranges.Length * 3 * Varint.MaxBytes)];
        var at = 0;
        buffer[at++] = Version;
        var (partition, end) = (0, 0L);
        foreach (var range in ranges.Ranges)
        {
            if (range.Partition != partition) end = 0;
            Varint.Write(buffer, ref at, range.Partition - partition);
            Varint.Write(buffer, ref at, range.After - end);
            Varint.Write(buffer, ref at, range.Through - range.After);
            (partition, end) = (range.Partition, range.Through);
        }

        return buffer[..at];
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out AckedRanges ranges)
    {
        ranges = AckedRanges.None;
        if (bytes.IsEmpty) return true;
        if (bytes[0] != Version) return false;

        var decoded = new List<AckedRange>();
        var (partition, end) = (0L, 0L);
        for (var at = 1; at < bytes.Length;)
        {
            if (!Varint.TryRead(bytes, ref at, out var up) || !Varint.TryRead(bytes, ref at, out var gap) || !Varint.TryRead(bytes, ref at, out var length))
                return false;

            partition += up;
            var after = up > 0 ? gap : end + gap;
            if (partition > int.MaxValue || after < 0 || length < 1 || length > long.MaxValue - after) return false;
            end = after + length;
            decoded.Add(new AckedRange((int)partition, after, end));
        }

        if (decoded.Count == 0) return false;
        ranges = AckedRanges.Create(decoded);
        return true;
    }
}
