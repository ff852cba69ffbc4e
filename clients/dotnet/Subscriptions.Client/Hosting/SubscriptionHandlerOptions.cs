namespace Subscriptions.Client;

/// <summary>What a hosted worker works on, and how.</summary>
public sealed class SubscriptionHandlerOptions : SubscriptionWorkerOptions
{
    /// <summary>
    /// The key of the client to use, as given to <c>AddSubscriptionsClient</c>; <see langword="null"/>: the one without a key.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? ClientKey { get; set; }

    /// <summary>What to do when the handler throws.</summary>
    /// <value>Default: <see cref="HandlerErrorAction.NackBatch"/>, and for handlers of items <see cref="HandlerErrorAction.NackItems"/>.</value>
    public HandlerErrorAction OnHandlerError { get; set; } = HandlerErrorAction.NackBatch;

    /// <summary>
    /// With <see cref="HandlerErrorAction.NackBatch"/>, the pause before a batch comes again after the handler failed once, from zero to 1 hour; it doubles with each failure in a row.
    /// </summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause, from <see cref="RetryDelay"/> to 1 day.</summary>
    /// <value>Default: 1 minute.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the handler may go on with its batch when the host shuts down, from zero to 1 hour; then its token is cancelled. Keep it
    /// below <c>HostOptions.ShutdownTimeout</c> (30 seconds by default), which ends everything.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What to do when the worker has ended by itself.</summary>
    /// <value>Default: <see cref="WorkerEndAction.StopHost"/>.</value>
    public WorkerEndAction OnEnd { get; set; } = WorkerEndAction.StopHost;

    internal override IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(SubscriptionHandlerOptions));
        Validate(errors);
        errors.Defined(nameof(OnHandlerError), OnHandlerError);
        errors.Defined(nameof(OnEnd), OnEnd);
        errors.Range(nameof(RetryDelay), RetryDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
        errors.Range(nameof(MaxRetryDelay), MaxRetryDelay, RetryDelay, TimeSpan.FromDays(1));
        errors.Range(nameof(DrainTimeout), DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        return errors.ToList();
    }
}
