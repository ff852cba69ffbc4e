using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>A command about one subscription.</summary>
internal abstract class SubscriptionCommand : DatabaseCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The subscription." };

    protected SubscriptionCommand(string name, string description, params string[] examples)
        : base(name, description, examples) => Arguments.Add(_name);

    /// <inheritdoc/>
    protected sealed override Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var name = run.Value(_name);
        return name.Length > 0
            ? RunAsync(run, database, name, cancellationToken)
            : throw new UsageException("the subscription's name is empty");
    }

    /// <summary>Does the work.</summary>
    protected abstract Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken);
}
