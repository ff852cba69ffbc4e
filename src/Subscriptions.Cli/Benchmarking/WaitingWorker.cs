using Grpc.Core;
using Grpc.Net.Client;
using Subscriptions.Cli.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>A worker that waits for its turn, and gives the subscription back as soon as it has it. Disposal goes away without a word.</summary>
internal sealed class WaitingWorker(GrpcChannel channel, TimeProvider time) : IDisposable
{
    private readonly AsyncDuplexStreamingCall<Wire.WorkRequest, Wire.WorkResponse> _call =
        new Wire.SubscriptionService.SubscriptionServiceClient(channel).Work();

    /// <summary>What it was given; 0 before.</summary>
    public long FencingToken { get; private set; }

    /// <summary>When it was told that it has the subscription.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>When it began to give it back.</summary>
    public long ReleasedAt { get; private set; }

    /// <summary>Asks for the subscription; returns when it has it or has this place in the queue.</summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="place">The place that it must get; 0: it must have the subscription at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AskAsync(string database, string subscription, int place, CancellationToken cancellationToken)
    {
        var open = new Wire.WorkOpen
        {
            Database = database,
            Subscription = subscription,
            WorkerName = "bench",
            Strategy = Wire.OpeningStrategy.Wait,
        };
        await _call.RequestStream.WriteAsync(new Wire.WorkRequest { Open = open }, cancellationToken);
        var answer = await NextAsync(cancellationToken);
        if (answer.Opened is not null) TakeNote(answer.Opened);
        BenchStage.Check("the place in the queue", place, answer.Waiting?.PlaceInQueue ?? 0);
    }

    /// <summary>Waits until it has the subscription, and gives it back; returns when the server has ended the conversation.</summary>
    public async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        while (FencingToken == 0)
        {
            if ((await NextAsync(cancellationToken)).Opened is { } opened) TakeNote(opened);
        }

        await ReleaseAsync(cancellationToken);
    }

    /// <summary>Gives the subscription back; returns when the server has ended the conversation.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        ReleasedAt = time.GetTimestamp();
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(cancellationToken))
        {
            // What was on its way, such as that it has caught up.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    private void TakeNote(Wire.WorkOpened opened)
    {
        OpenedAt = time.GetTimestamp();
        FencingToken = opened.FencingToken;
    }

    private async Task<Wire.WorkResponse> NextAsync(CancellationToken cancellationToken)
    {
        if (await _call.ResponseStream.MoveNext(cancellationToken)) return _call.ResponseStream.Current;
        throw new CommandFailedException("the server ended the conversation of a worker that waited");
    }
}
