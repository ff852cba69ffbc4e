using System.Threading.Channels;
using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

/// <summary>
/// One bulk write: hands requests to the store while earlier ones are still being synced, so that they share syncs, and answers them in
/// order. The first that fails ends the stream; those that were already handed over behind it may have been carried out, unanswered.
/// </summary>
internal sealed class BulkWriter(
    DatabaseCatalog databases,
    IAsyncStreamReader<Wire.BulkWriteRequest> requests,
    IServerStreamWriter<Wire.BulkWriteResponse> responses,
    TraceOrigin? callOrigin)
{
    private const int MaxUnanswered = 8;

    // Full: the reader waits, and with it, through flow control, the caller. Nothing may be dropped. One reader, one writer.
    private readonly Channel<Task<IReadOnlyList<WriteOutcome>>> _unanswered =
        Channel.CreateBounded<Task<IReadOnlyList<WriteOutcome>>>(new BoundedChannelOptions(MaxUnanswered)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,
        });

    private string _database = "";

    /// <summary>Reads and answers until the caller has no more to say.</summary>
    /// <param name="stopping">Cancelled when the server stops: what was read is answered, then the stream ends.</param>
    /// <param name="cancellationToken">Cancelled when the caller has left.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        var answering = AnswerAllAsync(stop, cancellationToken);
        try
        {
            await ReadAllAsync(stop.Token);
            _unanswered.Writer.Complete();
        }
        catch (Exception e)
        {
            // Told after the answers that are still to come.
            var isStopping = e is OperationCanceledException && stopping.IsCancellationRequested;
            _unanswered.Writer.Complete(isStopping ? ServingState.ShuttingDown() : e);
        }

        await answering;
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        while (await requests.MoveNext(cancellationToken))
        {
            var writing = Write(requests.Current);

            // Not to be given up: the other side reads until the end, whatever happens, and what was handed over is to be awaited.
            await _unanswered.Writer.WriteAsync(writing, CancellationToken.None);

            // Refused before it reached the store: what comes behind it must not.
            if (writing.IsFaulted) return;
        }
    }

    // Looked up for every request, because the database may be dropped in between. A write that was begun is seen through.
    private Task<IReadOnlyList<WriteOutcome>> Write(Wire.BulkWriteRequest request)
    {
        if (request.Database.Length > 0) _database = request.Database;
        else if (_database.Length == 0) throw new InvalidInputException("database", "", "is required in the first message");
        var origin = request.Traceparent.Length == 0 ? callOrigin : TraceOrigin.Of(request.Traceparent);
        return databases.Get(_database).WriteAsync(WriteMapping.ToWrites(request.Operations, origin), CancellationToken.None).AsTask();
    }

    private async Task AnswerAllAsync(CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        var number = 0L;
        var total = 0L;
        try
        {
            await foreach (var writing in _unanswered.Reader.ReadAllAsync(CancellationToken.None))
            {
                var outcomes = await writing;
                total += outcomes.Count;
                var answer = new Wire.BulkWriteResponse { RequestNumber = ++number, ChangedCount = CountChanged(outcomes), TotalOperations = total };
                await responses.WriteAsync(answer, cancellationToken);
            }
        }
        finally
        {
            // The reader stops too, and what it has handed over is awaited before the call ends.
            await stop.CancelAsync();
            await DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        try
        {
            await foreach (var writing in _unanswered.Reader.ReadAllAsync(CancellationToken.None))
                await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception)
        {
            // How the reader ended matters no more: the call ends with the failure that came first.
        }
    }

    private static int CountChanged(IReadOnlyList<WriteOutcome> outcomes)
    {
        var count = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Changed) count++;
        }

        return count;
    }
}
