using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>
/// Shows each batch and acks it. A batch is acked when it was handed on to whoever reads the output, never before; so a reader that dies
/// gets it again.
/// </summary>
internal sealed class BatchLoop(SubscriptionWorker worker, IWorkOutput output, Printer print)
{
    // How long an interrupted worker waits for the confirm of the batch that it has just shown.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Returns when everything is drained, if the worker was opened so.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled. The batch that was under way is acked, if the server could be reached.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var giveUp = new CancellationTokenSource();
        await using var interruption = cancellationToken.UnsafeRegister(_ => giveUp.CancelAfter(Grace), null);
        await foreach (var batch in worker.ReadBatchesAsync(cancellationToken))
        {
            output.Batch(batch);
            await print.FlushAsync();
            await AckAsync(batch, giveUp.Token);
            await print.FlushAsync();
        }
    }

    private async Task AckAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await batch.AckAsync(cancellationToken);
            output.Acked(batch);
        }
        catch (SubscriptionLeaseLostException e)
        {
            // Not the end: the worker reconnects, or the enumeration says why it does not.
            output.Unconfirmed(batch, e);
        }
    }
}
