using System.Runtime.CompilerServices;

namespace Subscriptions.Client;

/// <summary>
/// Reads a subscription's batches. Connects when they are first read, and connects again by itself, with growing pauses, whenever that can
/// help; batches that were not acked then come again. Heartbeats go their way whatever the application does.
/// </summary>
/// <remarks>
/// A connection that is lost while the application works on a batch is made anew when it asks for the next one: nobody gets a lease while
/// an earlier batch is still being worked on.
/// </remarks>
public sealed partial class SubscriptionWorker : IAsyncDisposable
{
    private readonly SubscriptionWorkerOptions _options;
    private readonly WorkerServices _services;
    private readonly ReconnectPolicy _policy;
    private readonly Observer _observer;
    private readonly Lock _gate = new();

    // Never disposed of: without a timer it holds nothing, and a late reader may still look at it.
    private readonly CancellationTokenSource _disposal = new();
    private WorkerConnection? _connection;
    private bool _isRead;
    private bool _isDisposed;

    internal SubscriptionWorker(SubscriptionWorkerOptions options, WorkerServices services)
    {
        _options = options;
        _services = services;
        _policy = new ReconnectPolicy(options.MaxReconnectDelay, options.MaxErroneousPeriod, services.Time, services.Random);
        _observer = new Observer(this);
    }

    /// <summary>The database.</summary>
    public string Database => _options.Database;

    /// <summary>The subscription's name.</summary>
    public string Subscription => _options.Subscription;

    /// <summary>How the worker calls itself.</summary>
    public string WorkerName => _options.WorkerName;

    /// <summary>
    /// Reads batches until the token is cancelled, the worker is disposed of or, with
    /// <see cref="SubscriptionWorkerOptions.CloseWhenDrained"/>, everything is delivered and acked. Settle a batch before you ask for the
    /// next one; with a larger <see cref="SubscriptionWorkerOptions.Window"/> so many may be open at a time. Ending the enumeration, in
    /// whatever way, waits for acks under way (<see cref="SubscriptionWorkerOptions.CloseTimeout"/>) and gives the subscription free.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SubscriptionsException">
    /// An ending that is final: the type and <see cref="SubscriptionsException.Reason"/> tell which.
    /// </exception>
    /// <exception cref="WorkerGaveUpException">
    /// There was no accepted connection for <see cref="SubscriptionWorkerOptions.MaxErroneousPeriod"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// It was enumerated before: one worker is read once. Or the last batch was not settled, and the window is 1.
    /// </exception>
    public async IAsyncEnumerable<SubscriptionBatch> ReadBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRead, true))
        {
            throw new InvalidOperationException(
                $"The batches of worker '{WorkerName}' were read before; open another worker to read '{Database}/{Subscription}' again.");
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        SubscriptionsException? cause = null;
        try
        {
            while (Connect(cancellationToken) is { } connection)
            {
                try
                {
                    while (await connection.ReadAsync(cancellationToken).ConfigureAwait(false) is { } batch)
                    {
                        yield return batch;
                        connection.ThrowIfUnsettled(batch);
                    }
                }
                finally
                {
                    await connection.CloseAsync().ConfigureAwait(false);
                }

                var end = await connection.Completion.ConfigureAwait(false);
                cause = end.RetryIn is null ? end.Failure : null;
                if (!await PauseAsync(end, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        finally
        {
            _observer.OnEvent(new WorkerEvent.Ended(cause));
        }
    }

    /// <summary>
    /// Ends the reading: acks that were given are sent and confirmed, for at most
    /// <see cref="SubscriptionWorkerOptions.CloseTimeout"/>; batches that are still worked on are lost. Idempotent.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        WorkerConnection? connection;
        lock (_gate)
        {
            _isDisposed = true;
            connection = _connection;
        }

        await _disposal.CancelAsync().ConfigureAwait(false);

        if (connection is not null)
        {
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }
}
