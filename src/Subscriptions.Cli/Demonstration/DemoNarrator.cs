using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration;

/// <summary>Tells the story: for people on standard output, for programs as events on standard error.</summary>
internal sealed class DemoNarrator(Terminal terminal, Printer print)
{
    private const string Indent = "     ";

    /// <summary>Where an import may show its progress.</summary>
    public Printer Print { get; } = print;

    /// <summary>A step begins.</summary>
    public void Step(int number, int count, string title)
    {
        if (Print.IsJson)
        {
            Print.Event(string.Empty, "step", json =>
            {
                json.WriteNumber("step", number);
                json.WriteString("title", title);
            });
            return;
        }

        terminal.Result($"{number}/{count}  {title}", Tone.Strong);
        EndLine();
    }

    /// <summary>Something was done or seen.</summary>
    public void Tell(string text)
    {
        if (Print.IsJson)
        {
            Print.Event(string.Empty, "note", json => json.WriteString("text", text));
            return;
        }

        terminal.Output.Write(Indent);
        terminal.Output.Write(Readable.Text(text));
        EndLine();
    }

    /// <summary>How it ended: the last line.</summary>
    /// <param name="verdict">"demo ok" or "demo failed".</param>
    /// <param name="text">The figures, or what went wrong.</param>
    /// <param name="tone">What it looks like.</param>
    public void End(string verdict, string text, Tone tone)
    {
        terminal.Result(verdict, tone);
        terminal.Output.Write($": {Readable.Text(text)}");
        EndLine();
    }

    // Each line at once: whoever watches a pipe follows the story too.
    private void EndLine()
    {
        terminal.Output.WriteLine();
        terminal.Output.Flush();
    }
}
