using Grpc.Core;
using Grpc.Net.Client;
using Subscriptions.Cli.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>
/// A worker with a connection of its own that says nothing but that it is alive, as often as the server asks for. Disposal ends it.
/// </summary>
internal sealed class IdleWorker : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<Wire.WorkRequest, Wire.WorkResponse> _call;
    private readonly CancellationTokenSource _stop = new();
    private Task _life = Task.CompletedTask;

    private IdleWorker(Uri address)
    {
        _channel = BenchChannel.Open(address);
        _call = new Wire.SubscriptionService.SubscriptionServiceClient(_channel).Work(cancellationToken: _stop.Token);
    }

    /// <summary>True as long as neither side has ended the conversation.</summary>
    public bool IsConnected => !_life.IsCompleted;

    /// <summary>Connects, and returns when it has caught up.</summary>
    public static async Task<IdleWorker> ConnectAsync(
        Uri address, string database, string subscription, TimeProvider time, CancellationToken cancellationToken)
    {
        var worker = new IdleWorker(address);
        try
        {
            var open = new Wire.WorkOpen { Database = database, Subscription = subscription, WorkerName = "bench" };
            await worker._call.RequestStream.WriteAsync(new Wire.WorkRequest { Open = open }, cancellationToken);
            var opened = (await worker.WaitForAsync(Wire.WorkResponse.MessageOneofCase.Opened, cancellationToken)).Opened;
            await worker.WaitForAsync(Wire.WorkResponse.MessageOneofCase.CaughtUp, cancellationToken);
            worker._life = worker.LiveAsync(opened.HeartbeatInterval.ToTimeSpan(), time);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _life;
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            // Ended by this, or by the server before: whoever watches IsConnected has seen that.
            _life = Task.CompletedTask;
        }

        _call.Dispose();
        _channel.Dispose();
        _stop.Dispose();
    }

    private async Task LiveAsync(TimeSpan interval, TimeProvider time)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var listening = ListenAsync(either.Token);
        using var timer = new PeriodicTimer(interval, time);
        var telling = TellAsync(timer, either.Token);
        await Task.WhenAny(listening, telling);
        await either.CancelAsync();
        await Task.WhenAll(listening, telling);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (await _call.ResponseStream.MoveNext(cancellationToken))
        {
            if (_call.ResponseStream.Current.BatchChunk is not null) throw new CommandFailedException("a document came that nobody wrote");
        }
    }

    private async Task TellAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        var heartbeat = new Wire.WorkRequest { Heartbeat = new Wire.WorkerHeartbeat() };
        while (await timer.WaitForNextTickAsync(cancellationToken)) await _call.RequestStream.WriteAsync(heartbeat, cancellationToken);
    }

    private async Task<Wire.WorkResponse> WaitForAsync(Wire.WorkResponse.MessageOneofCase kind, CancellationToken cancellationToken)
    {
        while (await _call.ResponseStream.MoveNext(cancellationToken))
        {
            if (_call.ResponseStream.Current.MessageCase == kind) return _call.ResponseStream.Current;
        }

        throw new CommandFailedException("the server ended the worker's conversation");
    }
}
