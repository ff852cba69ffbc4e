using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription update</c>.</summary>
internal sealed class UpdateSubscriptionCommand : SubscriptionCommand
{
    private const string NoTimeout = "none";

    private readonly SubscriptionView _view = new();
    private readonly Option<string> _query = new("--query", "-q") { Description = "Another query.", HelpName = "Q" };
    private readonly Option<string[]> _parameters = ParameterOption.Create();
    private readonly Option<bool> _noParameters = new("--no-params") { Description = "Take the values of the query's parameters away." };
    private readonly Option<bool?> _includeDeletes = new("--include-deletes")
    {
        Description = "Deliver deletions and expiries too, or not.",
        HelpName = "true|false",
        Arity = ArgumentArity.ExactlyOne,
    };

    private readonly Option<string> _ackTimeout = new("--ack-timeout")
    {
        Description = $"How long a worker may take to ack or extend a batch, {DurationText.Forms}; or {NoTimeout}.",
        HelpName = "TIME",
    };

    private readonly Option<string> _cursor = new("--cursor")
    {
        Description = $"Where to go on: {CursorText.Forms}. Retries that wait are forgotten.",
        HelpName = "POSITION",
    };

    private readonly Option<bool> _create = new("--create") { Description = "Create it when it is missing; --query is then needed." };
    private readonly PolicyOptions _policy = new();

    public UpdateSubscriptionCommand()
        : base(
            "update",
            "Changes what is named and nothing else. Workers reconnect where that concerns them.",
            "subs subscription update shipping -d shop --query \"from Orders where Company = 'companies/12'\"",
            "subs subscription update shipping -d shop --retry-max-attempts 10 --on-exhausted stop --ack-timeout none",
            "subs subscription update audit -d shop --query \"from @all_docs\" --create")
    {
        Options.Add(_query);
        Options.Add(_parameters);
        Options.Add(_noParameters);
        Options.Add(_includeDeletes);
        Options.Add(_ackTimeout);
        Options.Add(_cursor);
        Options.Add(_create);
        _policy.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var update = Read(run);
        if (_policy.AreGiven(run))
        {
            update = update with { RetryPolicy = _policy.Apply(run, await CurrentPolicyAsync(run, database, name, cancellationToken)) };
        }

        if (update == new SubscriptionUpdate()) throw new UsageException("nothing is named that is to change");
        var result = await run.Client.Subscriptions.UpdateAsync(database, name, update, cancellationToken);
        var text = result switch
        {
            { Created: true } => $"subscription '{name}' created in '{database}'",
            { Changed: true } => $"subscription '{name}' changed",
            _ => $"subscription '{name}' is like that already",
        };
        run.Print.Done(text, json =>
        {
            json.WriteBoolean("changed", result.Changed);
            json.WriteBoolean("created", result.Created);
            _view.WriteJson(json, result.Subscription);
        });
    }

    private SubscriptionUpdate Read(Invocation run)
    {
        var parameters = ParameterOption.Read(run, _parameters);
        if (parameters is not null && run.Value(_noParameters)) throw new UsageException("--param and --no-params exclude each other");
        return new SubscriptionUpdate
        {
            Query = run.Value(_query),
            Parameters = run.Value(_noParameters) ? string.Empty : parameters,
            IncludeDeletes = run.Value(_includeDeletes),
            AckTimeout = run.Value(_ackTimeout) is { } timeout ? ReadTimeout(timeout) : null,
            Cursor = run.Value(_cursor) is { } cursor ? CursorText.Parse(cursor) : null,
            CreateIfMissing = run.Value(_create),
        };
    }

    private static TimeSpan ReadTimeout(string text)
    {
        if (text == NoTimeout) return TimeSpan.Zero;
        if (!DurationText.TryParse(text, out var value))
            throw new UsageException($"--ack-timeout cannot be '{text}'; it is a duration {DurationText.Forms}, or {NoTimeout}");
        return value > TimeSpan.Zero ? value : throw new UsageException($"--ack-timeout is {text}; to take it away, say {NoTimeout}");
    }

    // The server takes policies as a whole: what is not named here is to stay.
    private async Task<RetryPolicy> CurrentPolicyAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await run.Client.Subscriptions.GetAsync(database, name, cancellationToken)).Definition.RetryPolicy;
        }
        catch (SubscriptionNotFoundException) when (run.Value(_create))
        {
            return new RetryPolicy();
        }
    }
}
