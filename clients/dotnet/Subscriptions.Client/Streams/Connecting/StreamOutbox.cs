using System.Threading.Channels;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// What a connection has to say, and the one task that says it. Nobody who puts something in ever waits: acks add up and answers to noops fall together, so that
/// only requests for streams are kept one by one, of which there are few.
/// </summary>
internal sealed class StreamOutbox(IClientStreamWriter<V1.ConnectRequest> stream)
{
    private readonly Lock _gate = new();
    private readonly Queue<V1.ConnectRequest> _requests = [];

    // One signal is as good as many: who is woken takes all there is.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long _ackBytes;
    private bool _owesNoop;
    private bool _isComplete;

    /// <summary>Says something about a stream.</summary>
    public void Send(V1.ConnectRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Gives room in the window.</summary>
    public void Ack(long bytes)
    {
        lock (_gate)
        {
            _ackBytes += bytes;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Answers a noop.</summary>
    public void AnswerNoop()
    {
        lock (_gate)
        {
            _owesNoop = true;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Says what is left to say, then that there is no more.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Writes until <see cref="Complete"/>. Ends without an exception when the stream breaks: the side that reads learns why.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (Take() is { } request)
                {
                    await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                }

                if (IsOver())
                {
                    await stream.CompleteAsync().ConfigureAwait(false);
                    return;
                }

                await _signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (BrokenStream.Is(e))
        {
            // The call is over; its status is for the reader to tell.
            return;
        }
    }

    // Signs of life and room first: who waits for them does nothing meanwhile.
    private V1.ConnectRequest? Take()
    {
        lock (_gate)
        {
            if (_owesNoop)
            {
                _owesNoop = false;
                return new V1.ConnectRequest { NoopReply = new V1.NoopReply() };
            }

            if (_ackBytes > 0)
            {
                var ack = new V1.ConnectRequest { BufferAck = new V1.BufferAck { Bytes = _ackBytes } };
                _ackBytes = 0;
                return ack;
            }

            return _requests.TryDequeue(out var request) ? request : null;
        }
    }

    private bool IsOver()
    {
        lock (_gate)
        {
            return _isComplete && _requests.Count == 0;
        }
    }
}
