using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Subscriptions.Core.Changes;

/// <summary>
/// The identity of one history of one partition: a random, non-zero 64-bit number, written as 16 hex digits. A new branch starts whenever
/// seqnos above some point may not be the ones that readers saw.
/// </summary>
/// <param name="Value">The number; 0 means "no branch" and is what a reader that has read nothing names.</param>
public readonly record struct BranchId(ulong Value) : IComparable<BranchId>
{
    /// <summary>No branch.</summary>
    public static BranchId None => default;

    /// <summary>Draws a new, random branch.</summary>
    public static BranchId Create()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong value;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }
        while (value == 0);
        return new BranchId(value);
    }

    /// <summary>Reads 16 hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BranchId branch)
    {
        branch = default;
        if (text.Length != 16 || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        branch = new BranchId(value);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(BranchId other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
