using System.CommandLine;
using Spectre.Console;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Databases;

/// <summary>Asks in a terminal before something that cannot be undone; scripts are not asked.</summary>
internal static class Confirmation
{
    /// <summary>The option that answers beforehand.</summary>
    public static Option<bool> Option() => new("--yes", "-y") { Description = "Do not ask. Nobody is asked either when this is no terminal." };

    /// <summary>Asks.</summary>
    /// <param name="run">The command.</param>
    /// <param name="isGiven">Answered beforehand.</param>
    /// <param name="question">Makes the question, of text that a terminal can show.</param>
    /// <param name="otherwise">What is told when the answer is no.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">The answer is no.</exception>
    public static async Task AskAsync(
        Invocation run, bool isGiven, Func<Task<string>> question, string otherwise, CancellationToken cancellationToken)
    {
        var terminal = run.Host.Terminal;
        if (isGiven || run.Print.IsJson || !terminal.Traits.IsInputTerminal || !terminal.Traits.IsErrorTerminal) return;

        var prompt = new ConfirmationPrompt(Markup.Escape(await question())) { DefaultValue = false };
        if (!await prompt.ShowAsync(terminal.Notices, cancellationToken)) throw new CommandFailedException(otherwise);
    }
}
