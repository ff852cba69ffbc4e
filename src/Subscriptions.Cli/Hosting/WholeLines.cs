using System.Buffers;

namespace Subscriptions.Cli.Hosting;

/// <summary>
/// Hands on whole lines, each lot in one piece, and the beginning of a line only with a flush: what is written to the same place by others, such as notices to a
/// terminal, then comes between lines. Not thread-safe.
/// </summary>
/// <param name="inner">Where they go; disposed of with this.</param>
internal sealed class WholeLines(Stream inner) : Stream
{
    private readonly ArrayBufferWriter<byte> _begun = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _begun.Write(buffer);
        var end = buffer.LastIndexOf((byte)'\n') + 1;
        if (end > 0) HandOn(_begun.WrittenCount - (buffer.Length - end));
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The outputs of a process block in any case.
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        HandOn(_begun.WrittenCount);
        inner.Flush();
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    // What could not be written is not tried again: its reader has left.
    private void HandOn(int count)
    {
        if (count == 0) return;

        var rest = _begun.WrittenSpan[count..].ToArray();
        try
        {
            inner.Write(_begun.WrittenSpan[..count]);
        }
        finally
        {
            _begun.ResetWrittenCount();
            _begun.Write(rest);
        }
    }
}
