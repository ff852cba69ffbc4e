using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>The options that make a retry policy: what is not given stays as it is.</summary>
internal sealed class PolicyOptions
{
    private static readonly TimeSpan MostBackoff = TimeSpan.FromHours(24);

    private readonly Option<int?> _maxAttempts = new Option<int?>("--retry-max-attempts")
    {
        Description = "How often an item that workers nack is delivered before it is given up, from 1 to 1000 (default 5).",
        HelpName = "N",
    }.Between(1, 1000);

    private readonly Option<TimeSpan?> _initial = DurationText.Option(
        "--retry-initial", "How long its first retry waits, each further one twice as long", "1s", TimeSpan.Zero, MostBackoff);

    private readonly Option<TimeSpan?> _most = DurationText.Option(
        "--retry-max", "The longest such wait", "5min", TimeSpan.Zero, MostBackoff);

    private readonly Option<string> _onExhausted = new Option<string>("--on-exhausted")
    {
        Description = "What is done with an item that is given up (default dead-letter), or rather with the subscription: stop.",
    }.OneOf(PolicyNames.Exhausted);

    private readonly Option<string> _onScriptError = new Option<string>("--on-script-error")
    {
        Description = "What is done with a document on which the query's script fails (default deliver).",
    }.OneOf(PolicyNames.ScriptError);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_maxAttempts);
        command.Options.Add(_initial);
        command.Options.Add(_most);
        command.Options.Add(_onExhausted);
        command.Options.Add(_onScriptError);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool AreGiven(Invocation run) =>
        run.Value(_maxAttempts) is not null || run.Value(_initial) is not null || run.Value(_most) is not null
        || run.Value(_onExhausted) is not null || run.Value(_onScriptError) is not null;

    /// <summary>A policy with what was given.</summary>
    public RetryPolicy Apply(Invocation run, RetryPolicy policy) => policy with
    {
        MaxAttempts = run.Value(_maxAttempts) ?? policy.MaxAttempts,
        InitialBackoff = run.Value(_initial) ?? policy.InitialBackoff,
        MaxBackoff = run.Value(_most) ?? policy.MaxBackoff,
        OnExhausted = run.Value(_onExhausted) is { } exhausted ? PolicyNames.ParseExhausted(exhausted) : policy.OnExhausted,
        OnScriptError = run.Value(_onScriptError) is { } error ? PolicyNames.ParseScriptError(error) : policy.OnScriptError,
    };
}
