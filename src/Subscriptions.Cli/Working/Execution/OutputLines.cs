using System.Text;

namespace Subscriptions.Cli.Working.Execution;

/// <summary>Reads what a command writes, line by line, in bounded memory: of a line that is too long, the rest is dropped.</summary>
/// <param name="onLine">Called with each line that says something, one at a time.</param>
internal sealed class OutputLines(Action<string> onLine)
{
    /// <summary>The longest line, in characters.</summary>
    public const int LongestLine = 4096;

    private readonly StringBuilder _line = new();

    /// <summary>The last line that said something; empty: there was none.</summary>
    public string Last { get; private set; } = string.Empty;

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[LongestLine];
        while (await reader.ReadAsync(buffer.AsMemory(), CancellationToken.None) is var count and > 0) Take(buffer.AsSpan(0, count));
        End();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('\n') is var end and >= 0)
        {
            Append(text[..end]);
            End();
            text = text[(end + 1)..];
        }

        Append(text);
    }

    private void Append(ReadOnlySpan<char> text) => _line.Append(text[..Math.Min(text.Length, LongestLine - _line.Length)]);

    private void End()
    {
        var line = _line.ToString().TrimEnd();
        _line.Clear();
        if (line.Length == 0) return;
        Last = line;
        onLine(line);
    }
}
