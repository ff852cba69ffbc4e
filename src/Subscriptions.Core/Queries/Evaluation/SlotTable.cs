using System.Text.Json;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// The values of a query's paths in one document. A path can have several values, or none at all: of an empty array's elements. Values are
/// places in the content, in the document's order; strings with escapes are kept without them. Buffers are reused from document to document.
/// </summary>
internal sealed class SlotTable
{
    // An unusually large document must not leave its memory with the reader for good.
    private const int MaxKeptEntries = 4096;
    private const int MaxKeptBytes = 64 * 1024;
    private const int None = -1;

    private readonly int[] _heads;
    private readonly int[] _tails;
    private readonly bool[] _isMissing;
    private Entry[] _entries = new Entry[8];
    private int _count;
    private byte[] _plain = [];
    private int _plainLength;

    public SlotTable(int slots)
    {
        _heads = new int[slots];
        _tails = new int[slots];
        _isMissing = new bool[slots];
    }

    public void Clear()
    {
        _heads.AsSpan().Fill(None);
        _isMissing.AsSpan().Clear();
        if (_entries.Length > MaxKeptEntries) _entries = new Entry[8];
        if (_plain.Length > MaxKeptBytes) _plain = [];
        _count = 0;
        _plainLength = 0;
    }

    /// <summary>The path of the slot leads nowhere, or does so for some element.</summary>
    public void AddMissing(int slot) => _isMissing[slot] = true;

    /// <summary>Adds a value that stands in the content.</summary>
    /// <returns>Its entry.</returns>
    public int Add(int slot, ValueKind kind, int start, int length) => Add(slot, new Entry(kind, IsPlain: false, start, length, None));

    /// <summary>Says where a value ends that was added before its end was known.</summary>
    public void EndAt(int entry, int end) => _entries[entry] = _entries[entry] with { Length = end - _entries[entry].Start };

    /// <summary>Adds the string that the reader is at, which has escapes.</summary>
    public int AddEscaped(int slot, ref Utf8JsonReader reader)
    {
        var needed = _plainLength + reader.ValueSpan.Length;
        if (needed > _plain.Length) Array.Resize(ref _plain, Math.Max(needed, Math.Max(256, _plain.Length * 2)));

        var length = reader.CopyString(_plain.AsSpan(_plainLength));
        _plainLength += length;
        return Add(slot, new Entry(ValueKind.String, IsPlain: true, _plainLength - length, length, None));
    }

    /// <summary>The values of a slot.</summary>
    public ValueEnumerator Read(int slot, ReadOnlySpan<byte> content) => new(this, content, _heads[slot], _isMissing[slot]);

    /// <summary>The first value of a slot; −1 when there is none.</summary>
    public int FirstEntry(int slot) => _heads[slot];

    /// <summary>The path of the slot leads nowhere, or does so for some element.</summary>
    public bool IsMissing(int slot) => _isMissing[slot];

    /// <summary>One value of a slot, and where the next one is; −1 after the last.</summary>
    public Value ReadEntry(int entry, ReadOnlySpan<byte> content, out int next)
    {
        ref readonly var found = ref _entries[entry];
        next = found.Next;
        return new Value(found.Kind, (found.IsPlain ? _plain : content).Slice(found.Start, found.Length));
    }

    private int Add(int slot, Entry entry)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, _count * 2);
        if (_heads[slot] == None) _heads[slot] = _count;
        else _entries[_tails[slot]] = _entries[_tails[slot]] with { Next = _count };
        _tails[slot] = _count;
        _entries[_count] = entry;
        return _count++;
    }

    private readonly record struct Entry(ValueKind Kind, bool IsPlain, int Start, int Length, int Next);
}
