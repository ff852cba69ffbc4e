namespace Subscriptions.Client;

/// <summary>How a database's changes are followed.</summary>
public sealed record WatchOptions : ChangesOptions
{
    /// <summary>
    /// End when there were rows: all that there are or, when there are none, the first that come. Else the feed goes on until
    /// <see cref="ChangesOptions.Limit"/>, <see cref="ChangesOptions.Until"/> or <see cref="IdleTimeout"/>.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool LongPoll { get; init; }

    /// <summary>
    /// The longest silence of the server, from 100 ms to 1 hour: then it sends a <see cref="ChangeEvent.Checkpoint"/>. After three times as
    /// long without a word the connection is given up and made again.
    /// </summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The feed ends when so long no row came on a connection, from 100 ms to 24 hours; <see langword="null"/>: after 1 minute of a long poll,
    /// else never.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// How long the feed may be without an answered connection, counted from the first failure, before <see cref="FeedGaveUpException"/>. Zero:
    /// at the first failure. <see cref="Timeout.InfiniteTimeSpan"/>: never. Refusals end it at once, whatever is set here.
    /// </summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxErroneousPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause between two attempts to connect, from 1 ms to 10 minutes. Pauses are random, between nothing and a bound that doubles
    /// with each attempt from 250 ms to this; the first message of a connection sets the bound back.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    private protected override void Validate(OptionErrors errors, long mostRows)
    {
        base.Validate(errors, mostRows);
        errors.Range(nameof(Heartbeat), Heartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        errors.Range(nameof(IdleTimeout), IdleTimeout ?? TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24));
        errors.Range(nameof(MaxReconnectDelay), MaxReconnectDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        errors.Period(nameof(MaxErroneousPeriod), MaxErroneousPeriod);
    }
}
