using System.Diagnostics.CodeAnalysis;

namespace Subscriptions.Client;

/// <summary>
/// What one partition's stream says, handled one message after the other, over as many streams and connections as it takes. What the reading task puts in is
/// taken out by a task that exists only while there is something to do.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A handler may look at its token after the end; without a timer its source holds nothing.")]
internal sealed partial class PartitionPump : IStreamReader
{
    private readonly PumpServices _services;
    private readonly ReconnectPolicy _policy;
    private readonly Lock _gate = new();

    // Not bounded by itself: the window bounds what is in the queues of all partitions together.
    private readonly Queue<Work> _queue = new();

    private readonly CancellationTokenSource _stop = new();

    // Cancelled first: what only waits need not be waited for.
    private readonly CancellationTokenSource _stopping = new();
    private Task _draining = Task.CompletedTask;
    private bool _isDraining;
    private bool _isStopped;
    private PartitionStream? _stream;

    /// <summary>Makes a pump that has no connection yet.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="kept">Where the consumer is, as far as it was kept; null: it begins.</param>
    /// <param name="services">What it works with.</param>
    public PartitionPump(int partition, PartitionCheckpoint? kept, PumpServices services)
    {
        var options = services.Options;
        Partition = partition;
        _services = services;
        _policy = new ReconnectPolicy(options.MaxReconnectDelay, options.MaxErroneousPeriod, services.Time, services.Random);
        _beginsNow = kept is null && options.Since == "now";
        _isKept = kept is not null;
        _position = kept?.Position ?? (options.Since is "0" or "now" ? PartitionPosition.Beginning : PartitionPosition.Of(options.Since));

        _history = new PlaceHistory(kept switch
        {
            // Who begins elsewhere learns from the server where that is.
            null => options.Since is "0" ? [PartitionPosition.Beginning] : [],

            // A store that keeps none leaves no place to go back to but this one: the last snapshot may reach over any other.
            { Earlier.Count: 0 } => [PartitionPosition.Beginning],
            _ => kept.Earlier,
        });
    }

    /// <inheritdoc/>
    public int Partition { get; }

    /// <summary>True when the stream has come to its end, and is not opened again.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Goes on with the stream on this connection, once what is under way is done.</summary>
    public void Attach(PartitionConnection connection) => Put(new Work(connection, null, null));

    /// <inheritdoc/>
    public void OnMessage(PartitionStream stream, V1.ConnectResponse message) => Put(new Work(stream.Connection, stream, message));

    /// <summary>
    /// Handles nothing more. Completes when the handler has returned.
    /// </summary>
    /// <param name="patience">How long the handler may take before its token is cancelled.</param>
    /// <param name="hurry">Ends the patience.</param>
    public async Task StopAsync(TimeSpan patience, CancellationToken hurry)
    {
        Task draining;
        lock (_gate)
        {
            _isStopped = true;
            draining = _draining;
            if (_stream is { } stream)
            {
                stream.Connection.Close(stream);
            }
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (patience > TimeSpan.Zero && !draining.IsCompleted)
        {
            using var limit = new CancellationTokenSource(patience, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, hurry);
            await draining.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await draining.ConfigureAwait(false);
    }

    private void Put(Work work)
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                _queue.Enqueue(work);
                if (_isDraining)
                {
                    return;
                }

                _isDraining = true;
                using (ExecutionContext.SuppressFlow())
                {
                    _draining = Task.Run(DrainAsync);
                }

                return;
            }
        }

        Free(work);
    }

    private async Task DrainAsync()
    {
        while (Next() is { } work)
        {
            try
            {
                if (work.IsWorthIt)
                {
                    await HandleAsync(work).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (_stop.IsCancellationRequested || (_stopping.IsCancellationRequested && e is OperationCanceledException))
            {
                // The partition was lost, or the consumer is closed: what was under way does not count. What a handler throws whose token was cancelled is how it
                // heeds that, whatever it is.
                continue;
            }
            catch (Exception e)
            {
                // Nothing after it may be handled: the position must not pass what failed.
                lock (_gate)
                {
                    _isStopped = true;
                }

                _services.Fail(e);
            }
            finally
            {
                Free(work);
            }
        }
    }

    private Work? Next()
    {
        lock (_gate)
        {
            while (_isStopped && _queue.TryDequeue(out var left))
            {
                Free(left);
            }

            if (_queue.TryDequeue(out var work))
            {
                return work;
            }

            _isDraining = false;
            return null;
        }
    }

    private static void Free(Work work)
    {
        if (work.Message is { } message)
        {
            work.Connection.Free(message.BufferBytes);
        }
    }

    /// <summary>Something to do.</summary>
    /// <param name="Connection">On which connection.</param>
    /// <param name="Stream">Of which stream; null: one is to be opened.</param>
    /// <param name="Message">What came.</param>
    private sealed record Work(PartitionConnection Connection, PartitionStream? Stream, V1.ConnectResponse? Message)
    {
        /// <summary>False for what is left of a connection that is over: it comes again.</summary>
        public bool IsWorthIt => Stream is { } stream ? !stream.IsCut : !Connection.IsOver;
    }
}
