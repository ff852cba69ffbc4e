using System.Threading.Channels;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// The one task that writes to a conversation's request stream. Everybody else puts requests into its queue.
/// </summary>
internal sealed class RequestWriter
{
    private const int Capacity = 64;

    private readonly IClientStreamWriter<V1.WorkRequest> _stream;
    private readonly Channel<V1.WorkRequest> _queue;

    public RequestWriter(IClientStreamWriter<V1.WorkRequest> stream)
    {
        _stream = stream;

        // Acks and nacks must not be dropped: who finds the queue full waits. It is full only when the network is stuck.
        _queue = Channel.CreateBounded<V1.WorkRequest>(new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = false,
        });
    }

    /// <summary>The queue.</summary>
    public ChannelWriter<V1.WorkRequest> Queue => _queue.Writer;

    /// <summary>
    /// Writes what is queued until the queue is completed, then half-closes. Ends without an exception when the stream breaks: the side
    /// that reads learns why.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await _stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            }

            await _stream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (BrokenStream.Is(e))
        {
            // The call is over; its status is for the reader to tell. Here only: take no more.
            _queue.Writer.TryComplete();
        }
    }
}
