using System.CommandLine;

namespace Subscriptions.Cli.Hosting;

/// <summary>Commands about one kind of thing; by itself it does nothing.</summary>
internal sealed class CommandGroup : Command, IHasExamples
{
    public CommandGroup(string name, string description, params CliCommand[] commands)
        : base(name, description)
    {
        foreach (var command in commands) Subcommands.Add(command);
        Examples = [.. commands.Select(command => command.Examples[0])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; }
}
