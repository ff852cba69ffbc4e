using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription create</c>.</summary>
internal sealed class CreateSubscriptionCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();
    private readonly Option<string> _query = new("--query", "-q")
    {
        Description = "What it delivers: from <Collection | @all_docs> [as x] [where …] [select …] [include …].",
        HelpName = "Q",
        Required = true,
    };

    private readonly Option<string[]> _parameters = ParameterOption.Create();
    private readonly Option<string> _start = new("--start")
    {
        Description = $"Where it begins: {CursorText.Forms}.",
        HelpName = "POSITION",
        DefaultValueFactory = _ => "beginning",
    };

    private readonly Option<bool> _includeDeletes = new("--include-deletes") { Description = "Deliver deletions and expiries too, without content." };
    private readonly Option<bool> _disabled = new("--disabled") { Description = "Refuse workers until it is enabled." };
    private readonly Option<TimeSpan?> _ackTimeout = DurationText.Option(
        "--ack-timeout", "How long a worker may take to ack or extend a batch", "as long as it is heard of", TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));

    private readonly PolicyOptions _policy = new();

    public CreateSubscriptionCommand()
        : base(
            "create",
            "Creates a subscription. Does nothing when it exists with the same definition.",
            "subs subscription create shipping -d shop --query \"from Orders where Company = 'companies/11'\"",
            "subs subscription create audit -d shop --query \"from @all_docs\" --include-deletes --start now",
            "subs subscription create large -d shop --query \"from Orders where Total > $least\" --param least=100 --retry-max-attempts 3 --ack-timeout 30s")
    {
        Options.Add(_query);
        Options.Add(_parameters);
        Options.Add(_start);
        Options.Add(_includeDeletes);
        Options.Add(_disabled);
        Options.Add(_ackTimeout);
        _policy.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var definition = new SubscriptionDefinition(name, run.Value(_query)!)
        {
            Parameters = ParameterOption.Read(run, _parameters) ?? string.Empty,
            IncludeDeletes = run.Value(_includeDeletes),
            Disabled = run.Value(_disabled),
            AckTimeout = run.Value(_ackTimeout),
            RetryPolicy = _policy.Apply(run, new RetryPolicy()),
        };
        var start = CursorText.Parse(run.Value(_start)!);
        var result = await run.Client.Subscriptions.CreateAsync(database, definition, start, cancellationToken);
        var text = result.Created
            ? $"subscription '{name}' created in '{database}'"
            : $"subscription '{name}' exists already in '{database}', with this definition";
        run.Print.Done(text, json =>
        {
            json.WriteBoolean("created", result.Created);
            _view.WriteJson(json, result.Value);
        });
    }
}
