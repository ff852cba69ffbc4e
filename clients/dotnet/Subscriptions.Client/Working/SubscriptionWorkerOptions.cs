namespace Subscriptions.Client;

/// <summary>What a worker works on, and how. Copied when the worker is made.</summary>
public class SubscriptionWorkerOptions
{
    /// <summary>Makes options whose <see cref="Database"/> and <see cref="Subscription"/> are still to be set.</summary>
    public SubscriptionWorkerOptions()
    {
    }

    /// <summary>Makes options for one subscription.</summary>
    public SubscriptionWorkerOptions(string database, string subscription)
    {
        Database = database;
        Subscription = subscription;
    }

    /// <summary>The database.</summary>
    /// <value>Required.</value>
    public string Database { get; set; } = string.Empty;

    /// <summary>The subscription's name.</summary>
    /// <value>Required.</value>
    public string Subscription { get; set; } = string.Empty;

    /// <summary>What to do when the subscription is held by another worker.</summary>
    /// <value>Default: <see cref="OpeningStrategy.Fail"/>.</value>
    public OpeningStrategy Strategy { get; set; } = OpeningStrategy.Fail;

    /// <summary>How the worker calls itself in figures, logs and other workers' refusals; 1 to 256 characters.</summary>
    /// <value>Default: the machine's name and the process id, such as <c>web-1/4711</c>.</value>
    public string WorkerName { get; set; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>The most documents in a batch, from 1 to 4096. Batches are never held back to be filled.</summary>
    /// <value>Default: 4096.</value>
    public int MaxDocs { get; set; } = WorkerLimits.MostDocs;

    /// <summary>The most bytes of content in a batch, from 1 to 32 MiB; one larger document goes alone.</summary>
    /// <value>Default: 32 MiB.</value>
    public int MaxBytes { get; set; } = WorkerLimits.MostBytes;

    /// <summary>
    /// How many batches may be unacknowledged at a time, from 1 to 64. Those that the application has not asked for yet wait in memory:
    /// up to <see cref="MaxBytes"/> each.
    /// </summary>
    /// <value>Default: 1, which is stop and wait: the next batch comes when this one is acked.</value>
    public int Window { get; set; } = 1;

    /// <summary>
    /// End the reading when everything that existed was delivered and acked, instead of waiting for more. Items that were nacked and wait for
    /// another try are waited for.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool CloseWhenDrained { get; set; }

    /// <summary>
    /// How long a batch, from when it is handed out, is kept from the subscription's ack timeout, where there is one, by heartbeats that name
    /// it. A handler that hangs for longer than this loses the batch, and another worker gets its turn. Zero: only
    /// <see cref="SubscriptionBatch.ExtendAsync"/> extends. <see cref="Timeout.InfiniteTimeSpan"/>: as long as it takes.
    /// </summary>
    /// <value>Default: 15 minutes.</value>
    public TimeSpan ExtendBatchesFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long the worker may be without an accepted connection, counted from the first failure, before it gives up with
    /// <see cref="WorkerGaveUpException"/>. Zero: give up at the first failure. <see cref="Timeout.InfiniteTimeSpan"/>: never.
    /// Endings that are final end the worker at once, whatever is set here.
    /// </summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxErroneousPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause between two attempts to connect, from 1 ms to 10 minutes. Pauses are random, between nothing and a bound that
    /// doubles with each attempt from 250 ms to this; the first message of a connection sets the bound back.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long closing waits for acks that are under way to be confirmed, from zero to 10 minutes; then the connection is cut.
    /// </summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Told what happens to the worker. Called by whoever makes it happen, mostly the task that reads the connection, one call at a time: it
    /// must return soon. What it throws is logged and otherwise ignored.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<WorkerEvent>? OnEvent { get; set; }

    internal SubscriptionWorkerOptions Copy() => (SubscriptionWorkerOptions)MemberwiseClone();

    internal virtual IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(GetType().Name);
        Validate(errors);
        return errors.ToList();
    }

    private protected void Validate(OptionErrors errors)
    {
        errors.Name(nameof(Database), Database, 238, "shop");
        errors.Name(nameof(Subscription), Subscription, WorkerLimits.MostNameLength, "order-shipping");
        errors.Name(nameof(WorkerName), WorkerName, WorkerLimits.MostNameLength, "shipping-1");
        errors.Defined(nameof(Strategy), Strategy);
        errors.Range(nameof(MaxDocs), MaxDocs, 1, WorkerLimits.MostDocs);
        errors.Range(nameof(MaxBytes), MaxBytes, 1, WorkerLimits.MostBytes);
        errors.Range(nameof(Window), Window, 1, WorkerLimits.MostWindow);
        errors.Range(nameof(MaxReconnectDelay), MaxReconnectDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        errors.Range(nameof(CloseTimeout), CloseTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        errors.Period(nameof(ExtendBatchesFor), ExtendBatchesFor);
        errors.Period(nameof(MaxErroneousPeriod), MaxErroneousPeriod);
    }
}
