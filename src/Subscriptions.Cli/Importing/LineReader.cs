using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Importing;

/// <summary>
/// Reads a stream line by line, as bytes, looking at each byte once. Lines end with a line feed; the last one may do without. Memory is
/// bounded by the longest line that is allowed. Not thread-safe.
/// </summary>
/// <param name="input">What is read; stays open.</param>
/// <param name="maxLineBytes">The longest line.</param>
internal sealed class LineReader(Stream input, int maxLineBytes = LineReader.DefaultMaxLineBytes)
{
    // The largest document that a database can be made for, and as much again for the line around it.
    private const int DefaultMaxLineBytes = 128 * 1024 * 1024;
    private const int FirstBufferBytes = 256 * 1024;
    private const byte LineFeed = (byte)'\n';

    private static readonly byte[] ByteOrderMark = [0xef, 0xbb, 0xbf];

    private byte[] _buffer = new byte[Math.Min(FirstBufferBytes, maxLineBytes + 1)];
    private int _start;
    private int _scanned;
    private int _end;
    private long _offset;
    private long _number;
    private bool _isAtEnd;

    /// <summary>Reads the next line; null at the end.</summary>
    /// <exception cref="BadLineException">It is too long.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public async ValueTask<ImportLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf(LineFeed);
            if (length >= 0) return Take(_scanned + length - _start, separatorBytes: 1);

            _scanned = _end;
            if (_isAtEnd) return _start < _end ? Take(_end - _start, separatorBytes: 0) : null;
            if (_end - _start > maxLineBytes)
            {
                throw new BadLineException(_number + 1, $"the line is longer than {Readable.Bytes(maxLineBytes)}");
            }

            await FillAsync(cancellationToken);
        }
    }

    private ImportLine Take(int length, int separatorBytes)
    {
        var text = _buffer.AsSpan(_start, length);
        if (_number == 0 && text.StartsWith(ByteOrderMark)) text = text[ByteOrderMark.Length..];

        var line = text.ToArray();
        _start += length + separatorBytes;
        _scanned = _start;
        _offset += length + separatorBytes;
        return new ImportLine(++_number, line, _offset);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, maxLineBytes + 1L));

        // A console's stream does not take the token: waiting is given up instead.
        var count = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(cancellationToken);
        _end += count;
        _isAtEnd = count == 0;
    }
}
