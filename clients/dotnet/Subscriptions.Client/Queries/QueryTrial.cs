namespace Subscriptions.Client;

/// <summary>A query to be tried, and within which limits.</summary>
/// <param name="Query">As in <see cref="SubscriptionDefinition.Query"/>.</param>
public sealed record QueryTrial(string Query)
{
    /// <summary>The values of the query's <c>$names</c>: one JSON object; empty for none.</summary>
    /// <value>Default: empty.</value>
    public string Parameters { get; init; } = string.Empty;

    /// <summary>Show deletions and expiries too.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeDeletes { get; init; }

    /// <summary>Where to begin.</summary>
    /// <value>Default: <see langword="null"/>: the beginning.</value>
    public SubscriptionCursor? Start { get; init; }

    /// <summary>
    /// The most items, from 1 to 1000. Fewer come when they would be larger than 2 MiB together; one larger item comes alone.
    /// </summary>
    /// <value>Default: 10.</value>
    public int MaxItems { get; init; } = 10;

    /// <summary>How long the server looks for them, from 1 ms to 30 seconds.</summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(5);
}
