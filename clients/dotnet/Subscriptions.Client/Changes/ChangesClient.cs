namespace Subscriptions.Client;

/// <summary>
/// Reads the changes of databases for readers who keep their place themselves: the server keeps nothing of them. For work that has to be done,
/// with acks, retries and one worker at a time, use a subscription. Places are the same for both. Thread-safe.
/// </summary>
public sealed class ChangesClient
{
    private const long MostPageRows = 10_000;

    private readonly UnaryCaller _caller;
    private readonly V1.ChangeService.ChangeServiceClient _stub;
    private readonly TimeProvider _time;
    private readonly Random _random;

    internal ChangesClient(UnaryCaller caller, TimeProvider time, Random random)
    {
        _caller = caller;
        _stub = new V1.ChangeService.ChangeServiceClient(caller.Invoker);
        _time = time;
        _random = random;
    }

    /// <summary>One page of changes; never waits. The next page begins at <see cref="ChangesPage.ResumeToken"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="options">What is asked for; <see langword="null"/>: everything from the beginning.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message lists all that are.</exception>
    /// <exception cref="InvalidRequestException">The server refuses an option, such as a place that is none.</exception>
    /// <exception cref="InvalidQueryException">The filter cannot be used.</exception>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    /// <exception cref="ServerUnavailableException">The server cannot be reached.</exception>
    public async Task<ChangesPage> GetAsync(string database, ChangesOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        options ??= new ChangesOptions();
        OptionErrors.ThrowIfAny(options.Validate(MostPageRows), nameof(options));
        var page = await _caller.CallAsync(_stub.GetChangesAsync, options.ToPageRequest(database), cancellationToken).ConfigureAwait(false);
        return new ChangesPage([.. page.Rows.Select(row => new ChangeRow(row))], page.ResumeToken, page.Pending, page.Rewound?.Reason);
    }

    /// <summary>
    /// Follows the changes, and connects again by itself, from the last place that it was told, when the connection is lost: nothing is missed, and
    /// what was given is not given again unless a <see cref="ChangeEvent.Rewound"/> says so. It ends with <see cref="ChangeEvent.Ended"/>,
    /// with an exception, or when nobody reads on. The server is asked for more only as fast as the events are read.
    /// </summary>
    /// <remarks>
    /// To go on after a restart of your own, keep the place of what you are done with: <see cref="ChangeRow.ResumeToken"/>,
    /// <see cref="ChangeEvent.Checkpoint"/>, <see cref="ChangeEvent.CaughtUp"/>. What was done after the place was kept comes again: at least once.
    /// </remarks>
    /// <param name="database">The database.</param>
    /// <param name="options">What is asked for, and how; <see langword="null"/>: everything from the beginning, without end.</param>
    /// <param name="cancellationToken">Stops following.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message lists all that are.</exception>
    /// <exception cref="FeedGaveUpException">The server could not be reached for <see cref="WatchOptions.MaxErroneousPeriod"/>.</exception>
    /// <exception cref="SubscriptionsException">
    /// The server refuses, as for <see cref="GetAsync"/>; <see cref="DatabaseDroppedException"/> and <see cref="LimitExceededException"/> among
    /// others.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<ChangeEvent> WatchAsync(
        string database, WatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        options ??= new WatchOptions();
        OptionErrors.ThrowIfAny(options.Validate(long.MaxValue), nameof(options));
        return new ChangeFeedReader(_stub, _caller.Address, database, options, _time, _random).ReadAsync(cancellationToken);
    }
}
