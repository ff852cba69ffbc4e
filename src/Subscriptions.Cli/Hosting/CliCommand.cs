using System.CommandLine;

namespace Subscriptions.Cli.Hosting;

/// <summary>
/// A command that does something. It writes its result through <see cref="Invocation.Print"/> and throws when it cannot do its work:
/// <see cref="CliProgram"/> makes one line and an exit code of that.
/// </summary>
internal abstract class CliCommand : Command, IHasExamples
{
    protected CliCommand(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work; cancelled when the user interrupts it.</summary>
    public abstract Task RunAsync(Invocation run, CancellationToken cancellationToken);
}
