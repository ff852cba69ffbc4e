using System.Text;
using Spectre.Console;

namespace Subscriptions.Cli.Hosting;

/// <summary>
/// Standard input, output and error. Results go to the output, everything else to the error stream. Only a terminal gets colours, progress
/// bars and questions; what is piped gets plain lines.
/// </summary>
internal sealed class Terminal : IDisposable
{
    public Terminal(Stream input, TextWriter output, TextWriter error, TerminalTraits traits)
    {
        Input = input;
        Output = output;
        Error = error;
        Traits = traits;
        Screen = CreateConsole(output, traits.IsOutputTerminal, traits.NoColor);
        Notices = CreateConsole(error, traits.IsErrorTerminal, traits.NoColor);
    }

    /// <summary>Standard input, as bytes.</summary>
    public Stream Input { get; }

    /// <summary>Standard output; buffered, so flush it when a result is complete.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>What is a terminal.</summary>
    public TerminalTraits Traits { get; }

    /// <summary>Standard output for formatted text.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>Standard error for formatted text.</summary>
    public IAnsiConsole Notices { get; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(new WholeLines(StandardOutput.Open()), utf8, bufferSize: 16 * 1024);
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true };
        return new Terminal(Console.OpenStandardInput(), output, error, TerminalTraits.OfProcess());
    }

    /// <summary>Writes to the output; in a tone where that is a terminal.</summary>
    public void Result(string text, Tone tone)
    {
        // Plain text goes past the console, which would wrap it at a width that only terminals have.
        if (Traits.IsOutputTerminal) Screen.Write(new Text(text, tone.Style()));
        else Output.Write(text);
    }

    /// <summary>
    /// Writes a line to the error stream, its beginning in a tone where that is a terminal. Where it is not, in one piece: the output may go to the same place meanwhile.
    /// </summary>
    public void NoticeLine(string beginning, Tone tone, string rest = "")
    {
        if (Traits.IsErrorTerminal) Notices.Write(new Text(beginning, tone.Style()));
        Error.WriteLine(Traits.IsErrorTerminal ? rest : beginning + rest);
    }

    public void Dispose()
    {
        try
        {
            Output.Dispose();
        }
        catch (IOException)
        {
            // The reader has left. Whoever wrote was told so by a flush; what is left here was never to be read.
        }

        Error.Dispose();
        Input.Dispose();
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal, bool noColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        Out = new AnsiConsoleOutput(writer),
    });
}
