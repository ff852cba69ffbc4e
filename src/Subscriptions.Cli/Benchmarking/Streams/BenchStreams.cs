using Grpc.Core;
using Grpc.Net.Client;
using Subscriptions.Cli.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Streams;

/// <summary>A client of partition streams that does nothing but ack: what streams cost without what is made of them.</summary>
internal sealed class BenchStreams : IDisposable
{
    /// <summary>The window, in bytes; half of it is acked at a time.</summary>
    private const long WindowBytes = 16 * 1024 * 1024;

    private readonly AsyncDuplexStreamingCall<Wire.ConnectRequest, Wire.ConnectResponse> _call;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private long _unacked;

    private BenchStreams(AsyncDuplexStreamingCall<Wire.ConnectRequest, Wire.ConnectResponse> call) => _call = call;

    /// <summary>The changes that came, by partition.</summary>
    public Dictionary<int, long> Received { get; } = [];

    /// <summary>Opens a connection.</summary>
    /// <param name="channel">What it goes over.</param>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<BenchStreams> ConnectAsync(GrpcChannel channel, string database, CancellationToken cancellationToken)
    {
        var streams = new BenchStreams(new Wire.StreamService.StreamServiceClient(channel).Connect(cancellationToken: cancellationToken));
        var open = new Wire.ConnectionOpen { Database = database, Name = "bench", Settings = new Wire.ConnectionSettings { BufferBytes = WindowBytes } };
        await streams.SendAsync(new Wire.ConnectRequest { Open = open }, cancellationToken);
        await streams.NextAsync(cancellationToken);
        return streams;
    }

    /// <summary>Asks for a stream, whose id is the partition.</summary>
    public Task OpenAsync(int partition, CancellationToken cancellationToken, params Wire.StreamFlag[] flags) => SendAsync(
        new Wire.ConnectRequest { StreamOpen = new Wire.StreamOpen { StreamId = (uint)partition, Partition = partition, Flags = { flags } } }, cancellationToken);

    /// <summary>Reads until so many messages of a kind came.</summary>
    public async Task ToAsync(Wire.ConnectResponse.MessageOneofCase kind, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if ((await NextAsync(cancellationToken)).MessageCase == kind) count--;
        }
    }

    /// <summary>Reads until so many changes came.</summary>
    /// <exception cref="CommandFailedException">More came.</exception>
    public async Task ToChangesAsync(long count, CancellationToken cancellationToken)
    {
        var received = Received.Values.Sum();
        while (received < count)
        {
            if ((await NextAsync(cancellationToken)).Changes is { } changes) received += changes.Changes.Count;
        }

        BenchStage.Check("changes", count, received);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _sending.Dispose();
    }

    private async Task<Wire.ConnectResponse> NextAsync(CancellationToken cancellationToken)
    {
        if (!await _call.ResponseStream.MoveNext(cancellationToken)) throw new CommandFailedException("the server ended the connection");

        var message = _call.ResponseStream.Current;
        if (message.Changes is { } changes) Count(changes);
        if (message.Refused is { } refused) throw new CommandFailedException(refused.Message);
        if (message.Noop is not null) await SendAsync(new Wire.ConnectRequest { NoopReply = new Wire.NoopReply() }, cancellationToken);
        _unacked += message.BufferBytes;
        if (_unacked < WindowBytes / 2) return message;

        await SendAsync(new Wire.ConnectRequest { BufferAck = new Wire.BufferAck { Bytes = _unacked } }, cancellationToken);
        _unacked = 0;
        return message;
    }

    private void Count(Wire.StreamChanges changes)
    {
        var partition = (int)changes.StreamId;
        var seqno = Received.GetValueOrDefault(partition);
        foreach (var change in changes.Changes)
        {
            if (change.Seqno != ++seqno) BenchStage.Check($"the next seqno of partition {partition}", seqno, change.Seqno);
        }

        Received[partition] = seqno;
    }

    // Streams are opened beside the reading, which acks.
    private async Task SendAsync(Wire.ConnectRequest request, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _call.RequestStream.WriteAsync(request, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }
}
