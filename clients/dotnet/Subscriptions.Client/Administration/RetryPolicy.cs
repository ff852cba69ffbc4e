namespace Subscriptions.Client;

/// <summary>What becomes of items that workers could not process. The server checks the ranges.</summary>
public sealed record RetryPolicy
{
    /// <summary>How often an item is delivered before it is given up, from 1 to 1000.</summary>
    /// <value>Default: 5.</value>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>
    /// How long the first retry waits, from zero to 24 hours; each further one waits twice as long, and all of them up to a fifth more or
    /// less, at random.
    /// </summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait, from zero to 24 hours.</summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is done with an item that was delivered as often as it may be.</summary>
    /// <value>Default: <see cref="ExhaustedAction.DeadLetter"/>.</value>
    public ExhaustedAction OnExhausted { get; init; } = ExhaustedAction.DeadLetter;

    /// <summary>What is done with a document on which the query's script fails.</summary>
    /// <value>Default: <see cref="ScriptErrorAction.Deliver"/>.</value>
    public ScriptErrorAction OnScriptError { get; init; } = ScriptErrorAction.Deliver;
}
