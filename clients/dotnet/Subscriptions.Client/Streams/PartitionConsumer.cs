using System.Runtime.ExceptionServices;

namespace Subscriptions.Client;

/// <summary>
/// Follows partitions of a database: hands their changes to a handler, partition by partition and in order, keeps how far each has come, and goes back where the
/// server says that history has taken another way. Connects again by itself, with growing pauses, whenever that can help.
/// </summary>
/// <remarks>
/// Every change that was not superseded is handled at least once. What was handled after the last checkpoint comes again after a crash, and nothing else does.
/// </remarks>
public sealed partial class PartitionConsumer : IAsyncDisposable
{
    private readonly PartitionConsumerOptions _options;
    private readonly ConsumerServices _services;
    private readonly PartitionGroup _group;
    private readonly CheckpointTracker _checkpoints;
    private readonly PumpServices _pumpServices;
    private readonly ReconnectPolicy _policy;
    private readonly ConnectionSetup _setup;
    private readonly Lock _telling = new();

    // Whoever comes first decides how it ends: true when all streams have come to their ends, else an exception.
    private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Never disposed of: without a timer it holds nothing.
    private readonly CancellationTokenSource _disposal = new();
    private int _hasRun;

    internal PartitionConsumer(PartitionConsumerOptions options, IPartitionHandler handler, ConsumerServices services)
    {
        _options = options;
        _services = services;
        _group = options.Group ?? PartitionGroup.Alone(options);
        _checkpoints = new CheckpointTracker(new CheckpointScope(options.Database, options.Name), options.Checkpoints);
        _policy = new ReconnectPolicy(options.MaxReconnectDelay, options.MaxErroneousPeriod, services.Time, services.Random);
        _setup = new ConnectionSetup(
            services.Stub,
            services.Address,
            options.Database,
            NameOf(options, _group),
            options.BufferBytes,
            options.NoopInterval,
            options.TokenOnEveryChange,
            services.Time,
            OnNoop);
        _pumpServices = new PumpServices(
            options,
            handler,
            _checkpoints,
            new SemaphoreSlim(options.MaxParallelHandlers, options.MaxParallelHandlers),
            services.Telemetry,
            services.Time,
            services.Random,
            Fail,
            OnFinished,
            OnRolledBackAsync);
    }

    /// <summary>The database.</summary>
    public string Database => _options.Database;

    /// <summary>What the consumer is called.</summary>
    public string Name => _options.Name;

    /// <summary>How far the partitions that the consumer has, or had when it ended, were handled; those that have not begun are missing.</summary>
    public IReadOnlyDictionary<int, PartitionPosition> Positions => _checkpoints.Positions();

    /// <summary>
    /// Follows the partitions until the token is cancelled, the consumer is disposed of or, with <see cref="PartitionConsumerOptions.ToLatest"/>, everything was
    /// handled. Handlers that are at work may finish (<see cref="PartitionConsumerOptions.CloseTimeout"/>), and positions are saved, before it returns.
    /// Once only.
    /// </summary>
    /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SubscriptionsException">
    /// The ending is final: see <see cref="SubscriptionsException.IsRetryable"/>; <see cref="DatabaseDroppedException"/>,
    /// <see cref="ConnectionReplacedException"/> and <see cref="PartitionConsumerGaveUpException"/> among others.
    /// </exception>
    /// <exception cref="CheckpointFencedException">Another consumer of this name has a partition.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">It has run before.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _hasRun, 1) == 1)
        {
            throw new InvalidOperationException($"Consumer '{Name}' has run already, or was disposed of. Open another one.");
        }

        Exception? failure = null;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
            await FollowAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            failure = null;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            failure = new OperationCanceledException($"Consumer '{Name}' was cancelled by the caller.", e, cancellationToken);
        }
        catch (Exception e)
        {
            failure = e;
        }

        var closing = await CloseAsync().ConfigureAwait(false);

        // A handler that was allowed to finish may have failed.
        if (failure is null or OperationCanceledException)
        {
            failure = _outcome.Task.Exception?.InnerException ?? failure;
        }

        _over.TrySetResult();

        // What could not be saved at the end matters to whom the end would look good.
        if ((failure ?? closing) is { } final)
        {
            if (final is not OperationCanceledException)
            {
                Log.Ended(_services.Logger, Name, Database, final.Message);
            }

            ExceptionDispatchInfo.Throw(final);
        }
    }

    /// <summary>
    /// Saves the positions that moved since they were last saved; after the end, too. When it returns they are as durable as the store makes them.
    /// </summary>
    /// <exception cref="CheckpointFencedException">Another consumer of this name has a partition; nothing was saved.</exception>
    public Task CommitAsync(CancellationToken cancellationToken = default) => _checkpoints.SaveAsync(null, cancellationToken);

    /// <summary>Stops following, and waits until <see cref="RunAsync"/> is through.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposal.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _hasRun, 1) == 1)
        {
            await _over.Task.ConfigureAwait(false);
        }

        _over.TrySetResult();
    }

    private void Fail(Exception failure) => _outcome.TrySetException(failure);

    private static string NameOf(PartitionConsumerOptions options, PartitionGroup group)
    {
        var member = group.MemberName.Length > 0 ? $"#{group.MemberName}" : string.Empty;
        return options.ConnectionName ?? Utf8Text.Fit($"{options.Name}{member}@{Environment.MachineName}/{Environment.ProcessId}", 200);
    }
}
