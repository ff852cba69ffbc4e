using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// One connection, from the call to its status. One task reads and one writes, and neither ever waits for a handler: noops are answered whatever handlers do, and
/// what handlers have not got to yet fits into the window.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The connection disposes of what it owns when it ends, which it always does.")]
internal sealed class PartitionConnection
{
    // Noops come every interval; one may be late, and one may be lost on a machine that sleeps.
    private const int IntervalsOfSilence = 3;

    private readonly ConnectionSetup _setup;
    private readonly AsyncDuplexStreamingCall<V1.ConnectRequest, V1.ConnectResponse> _call;
    private readonly StreamOutbox _outbox;
    private readonly WindowAcks _acks;
    private readonly SilenceWatchdog _watchdog;
    private readonly ConcurrentDictionary<uint, PartitionStream> _streams = new();
    private readonly TaskCompletionSource<V1.ConnectionOpened> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Never disposed of: whoever closes late may still cancel it. Without a timer it holds nothing.
    private readonly CancellationTokenSource _cut = new();
    private uint _lastId;
    private volatile bool _isClosing;
    private volatile bool _isOver;

    private PartitionConnection(ConnectionSetup setup)
    {
        _setup = setup;
        _call = setup.Stub.Connect(new CallOptions(cancellationToken: _cut.Token));
        _outbox = new StreamOutbox(_call.RequestStream);
        _acks = new WindowAcks(setup.BufferBytes, _outbox.Ack, setup.Time);
        _watchdog = new SilenceWatchdog(setup.Time, _cut.Cancel);
        Completion = Task.FromResult<SubscriptionsException?>(null);
    }

    /// <summary>What the server says first.</summary>
    /// <value>Fails with what ended the connection when that came before.</value>
    public Task<V1.ConnectionOpened> Opened => _opened.Task;

    /// <summary>Completes when the connection is over, with what ended it; null: it was closed.</summary>
    public Task<SubscriptionsException?> Completion { get; private set; }

    /// <summary>True when nothing comes any more.</summary>
    public bool IsOver => _isOver;

    /// <summary>Calls.</summary>
    public static PartitionConnection Start(ConnectionSetup setup)
    {
        var connection = new PartitionConnection(setup);
        connection.Completion = Task.Run(connection.RunAsync);
        return connection;
    }

    /// <summary>Asks for a stream. Its messages go to the reader.</summary>
    /// <param name="request">What is asked for; the id is set here.</param>
    /// <param name="reader">Who reads it.</param>
    public PartitionStream Open(V1.StreamOpen request, IStreamReader reader)
    {
        var stream = new PartitionStream(this, Interlocked.Increment(ref _lastId), reader);
        request.StreamId = stream.Id;
        request.Partition = reader.Partition;
        _streams[stream.Id] = stream;
        _outbox.Send(new V1.ConnectRequest { StreamOpen = request });
        return stream;
    }

    /// <summary>Ends a stream: nothing of it is told any more.</summary>
    public void Close(PartitionStream stream)
    {
        stream.Cut();
        if (_streams.TryRemove(stream.Id, out _))
        {
            _outbox.Send(new V1.ConnectRequest { StreamClose = new V1.StreamClose { StreamId = stream.Id } });
        }
    }

    /// <summary>A message was dealt with: so many bytes of the window are free.</summary>
    public void Free(long bytes)
    {
        if (!_isOver)
        {
            _acks.Freed(bytes);
        }
    }

    /// <summary>Ends the connection in an orderly way, or cuts it when that takes too long.</summary>
    public async Task CloseAsync(TimeSpan timeout)
    {
        _isClosing = true;
        _outbox.Complete();
        using var limit = new CancellationTokenSource(timeout, _setup.Time);
        using var _ = limit.Token.UnsafeRegister(static connection => ((PartitionConnection)connection!)._cut.Cancel(), this);
        await Completion.ConfigureAwait(false);
    }

    private async Task<SubscriptionsException?> RunAsync()
    {
        _watchdog.Watch(IntervalsOfSilence * _setup.NoopInterval);
        _outbox.Send(_setup.Open());
        var writing = _outbox.RunAsync(_cut.Token);
        var failure = await ReadAsync().ConfigureAwait(false);
        _isOver = true;
        _opened.TrySetException(failure ?? Faults.EndedWithoutReason(_setup.Address));

        // Nobody may wait for it, and then nobody is to be told that it failed.
        _ = _opened.Task.Exception;
        _watchdog.Dispose();
        _acks.Dispose();
        await _cut.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        _call.Dispose();
        return failure;
    }

    private async Task<SubscriptionsException?> ReadAsync()
    {
        try
        {
            var stream = _call.ResponseStream;
            while (await stream.MoveNext(_cut.Token).ConfigureAwait(false))
            {
                _watchdog.Heard();
                Take(stream.Current);
            }

            return _isClosing ? null : Faults.EndedWithoutReason(_setup.Address);
        }
        catch (Exception e) when (_cut.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            // gRPC says it either way when this side cancels.
            return _watchdog.HasFired ? Faults.Silent(_setup.Address, _watchdog.Timeout) : null;
        }
        catch (RpcException e)
        {
            var failure = ErrorMapper.Map(e, _setup.Address);
            return _isClosing && failure.IsRetryable ? null : failure;
        }
        catch (SubscriptionsException e)
        {
            return e;
        }
        catch (Exception e)
        {
            // Whatever it is, the consumer must hear of it.
            return Faults.Unexpected("connection of the partition consumer", e);
        }
    }

    private void Take(V1.ConnectResponse message)
    {
        switch (message.MessageCase)
        {
            case V1.ConnectResponse.MessageOneofCase.Opened:
                _watchdog.Watch(IntervalsOfSilence * WorkerLimits.Interval(message.Opened.Settings?.NoopInterval, _setup.NoopInterval));
                _opened.TrySetResult(message.Opened);
                break;
            case V1.ConnectResponse.MessageOneofCase.Noop:
                _outbox.AnswerNoop();
                _setup.OnNoop(message.Noop);
                break;
            case V1.ConnectResponse.MessageOneofCase.StreamOpened:
                Tell(message.StreamOpened.StreamId, message, isLast: false);
                break;
            case V1.ConnectResponse.MessageOneofCase.Rollback:
                Tell(message.Rollback.StreamId, message, isLast: true);
                break;
            case V1.ConnectResponse.MessageOneofCase.Refused when message.Refused.HasStreamId:
                Tell(message.Refused.StreamId, message, isLast: true);
                break;
            case V1.ConnectResponse.MessageOneofCase.Snapshot:
                Tell(message.Snapshot.StreamId, message, isLast: false);
                break;
            case V1.ConnectResponse.MessageOneofCase.Changes:
                Tell(message.Changes.StreamId, message, isLast: false);
                break;
            case V1.ConnectResponse.MessageOneofCase.SeqnoAdvanced:
                Tell(message.SeqnoAdvanced.StreamId, message, isLast: false);
                break;
            case V1.ConnectResponse.MessageOneofCase.End:
                Tell(message.End.StreamId, message, isLast: true);
                break;
            default:
                // Settings, or what a newer server says. What it takes of the window has to come back all the same.
                Free(message.BufferBytes);
                break;
        }
    }

    private void Tell(uint id, V1.ConnectResponse message, bool isLast)
    {
        var isKnown = isLast ? _streams.TryRemove(id, out var stream) : _streams.TryGetValue(id, out stream);
        if (isKnown)
        {
            stream!.Reader.OnMessage(stream, message);
        }
        else
        {
            // Of a stream that this side has closed.
            Free(message.BufferBytes);
        }
    }
}
