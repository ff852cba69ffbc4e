namespace Subscriptions.Client;

/// <summary>Which partitions are watched, and from where.</summary>
public sealed record WatchPartitionsOptions
{
    /// <summary>The place: <c>0</c>, <c>now</c> or a resume token.</summary>
    /// <value>Default: <c>0</c>, the beginning: every partition that has anything is told at once.</value>
    public string Since { get; init; } = "0";

    /// <summary>Which partitions; <see langword="null"/>: all.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public IReadOnlyCollection<int>? Partitions { get; init; }

    /// <summary>End when something was told. Otherwise a partition that was told is told again when it has something newer than that.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Once { get; init; }

    /// <summary>
    /// The longest silence of the server, from 100 ms to 1 hour. After three times as long without a word the connection is given up and made again.
    /// </summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the watch may be without an answered connection, counted from the first failure, before it fails with the last failure. Zero: at the first.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never. Refusals end it at once.
    /// </summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxErroneousPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause between two attempts to connect, from 1 ms to 10 minutes.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    internal IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(WatchPartitionsOptions));
        if (Since is null)
        {
            errors.Add(nameof(Since), "is missing; set it, such as '0' or 'now'");
        }

        errors.Range(nameof(Heartbeat), Heartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        errors.Range(nameof(MaxReconnectDelay), MaxReconnectDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        errors.Period(nameof(MaxErroneousPeriod), MaxErroneousPeriod);
        return errors.ToList();
    }
}
