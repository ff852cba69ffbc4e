namespace Subscriptions.Cli.Hosting;

/// <summary>Which streams are terminals, and whether they may have colours.</summary>
/// <param name="IsInputTerminal">Somebody can be asked.</param>
/// <param name="IsOutputTerminal">Results are read by a person.</param>
/// <param name="IsErrorTerminal">Notices are read by a person.</param>
/// <param name="NoColor">The person wants no colours.</param>
internal sealed record TerminalTraits(bool IsInputTerminal, bool IsOutputTerminal, bool IsErrorTerminal, bool NoColor)
{
    /// <summary>No terminal at all.</summary>
    public static TerminalTraits Piped { get; } = new(false, false, false, true);

    /// <summary>The process's own. A dumb terminal counts as none; NO_COLOR as https://no-color.org says.</summary>
    public static TerminalTraits OfProcess()
    {
        var isCapable = Environment.GetEnvironmentVariable("TERM") is not "dumb";
        return new TerminalTraits(
            !Console.IsInputRedirected,
            isCapable && !Console.IsOutputRedirected,
            isCapable && !Console.IsErrorRedirected,
            Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 });
    }
}
