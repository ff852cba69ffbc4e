using System.Buffers;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>Takes what is made of one document after the other, up to a size. Reuses its memory; not thread-safe.</summary>
/// <param name="maxBytes">The largest result.</param>
internal sealed class ResultBuffer(int maxBytes) : IBufferWriter<byte>
{
    // An unusually large result must not leave its memory with the reader for good.
    private const int MaxKeptBytes = 64 * 1024;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MaxKeptBytes) _bytes = [];
    }

    /// <exception cref="EvaluationException">The result is larger than it may be.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Advance(int count)
    {
        _length += count;
        Check(_length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_length);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length >= count) return;

        // A hint is no result, but what is asked for far beyond the limit must not be allocated first and refused then.
        if (count > maxBytes) Check((long)_length + count);
        Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_length + count, Math.Max(256, _bytes.Length * 2L))));
    }

    private void Check(long length)
    {
        if (length > maxBytes)
            throw new EvaluationException($"what is selected is larger than {maxBytes} bytes, which is the most that a query may make of a document");
    }
}
