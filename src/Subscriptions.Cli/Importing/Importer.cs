using System.Globalization;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Importing;

/// <summary>Writes the documents of a file's lines, many at a time, and knows at each moment up to which line they are durable.</summary>
/// <param name="writer">Where they are written to.</param>
/// <param name="observer">Told about the progress.</param>
/// <param name="time">The clock.</param>
internal sealed class Importer(BulkWriter writer, IImportObserver observer, TimeProvider time)
{
    private readonly DurableLines _lines = new();
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>What is durable by now.</summary>
    public ImportProgress Progress
    {
        get
        {
            var operations = writer.Durable.Operations;
            _lines.Confirm(operations);
            return new ImportProgress(_lines.UpToLine, operations, _lines.Bytes, time.GetElapsedTime(_startedAt));
        }
    }

    /// <summary>Imports all lines; when it returns, they are durable.</summary>
    /// <param name="reader">The lines.</param>
    /// <param name="fromLine">The first line to import; those before it are read, and not looked at.</param>
    /// <param name="cancellationToken">Stops; see <see cref="Progress"/>.</param>
    /// <exception cref="BadLineException">A line is bad, here or for the server. All lines before a line that is bad here are durable.</exception>
    /// <exception cref="SubscriptionsException">The server refused, or was lost.</exception>
    public async Task RunAsync(LineReader reader, long fromLine, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadAsync(cancellationToken) is { } line)
            {
                if (line.Number < fromLine || DocumentLine.IsBlank(line))
                {
                    _lines.Skip(line);
                    continue;
                }

                var operation = DocumentLine.Parse(line);
                _lines.Add(line);
                await writer.AddAsync(operation, cancellationToken);
                observer.OnProgress(Progress);
            }

            await writer.CompleteAsync(cancellationToken);
            observer.OnProgress(Progress);
        }
        catch (BadLineException)
        {
            await writer.FlushAsync(cancellationToken);
            throw;
        }
        catch (InvalidRequestException e) when (LineOf(e) is { } line)
        {
            throw new BadLineException(line, Failure.Describe(e, server: null));
        }
    }

    // Requests are answered in order, so the one that was refused begins with the first operation that is not durable.
    private long? LineOf(InvalidRequestException exception)
    {
        const string Prefix = "operations[";
        var field = exception.Field;
        var end = field.IndexOf(']', StringComparison.Ordinal);
        if (!field.StartsWith(Prefix, StringComparison.Ordinal) || end < 0) return null;

        _lines.Confirm(writer.Durable.Operations);
        var text = field.AsSpan(Prefix.Length, end - Prefix.Length);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? _lines.LineOf(index) : null;
    }
}
