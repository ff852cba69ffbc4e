using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working.Execution;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>
/// Shows each batch and acks it. A batch is acked when it was handed on to whoever reads the output, and when the command, where there is
/// one, has dealt with its items, never before; so a reader that dies gets it again.
/// </summary>
/// <param name="worker">The worker.</param>
/// <param name="command">Deals with the items; null: they are shown only.</param>
/// <param name="output">Where they are shown.</param>
/// <param name="print">What the output goes through.</param>
internal sealed class BatchLoop(SubscriptionWorker worker, ItemCommand? command, IWorkOutput output, Printer print)
{
    // How long an interrupted worker waits for the confirm of the batch that it has just shown.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Returns when everything is drained, if the worker was opened so.</summary>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled. The batch that was under way is acked, if the server could be reached; unless the command was not done with it, then it
    /// comes again.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var giveUp = new CancellationTokenSource();
        await using var interruption = cancellationToken.UnsafeRegister(_ => giveUp.CancelAfter(Grace), null);
        await foreach (var batch in worker.ReadBatchesAsync(cancellationToken))
        {
            output.Batch(batch);
            await print.FlushAsync();
            await SettleAsync(batch, cancellationToken, giveUp.Token);
            await print.FlushAsync();
        }
    }

    private async Task SettleAsync(SubscriptionBatch batch, CancellationToken cancellationToken, CancellationToken giveUp)
    {
        try
        {
            var nacked = 0;
            if (command is not null) nacked = await CommandAsync(command, batch, cancellationToken);
            await batch.AckAsync(giveUp);
            output.Acked(batch, batch.Items.Count - nacked);
        }
        catch (SubscriptionLeaseLostException e)
        {
            // Not the end: the worker reconnects, or the enumeration says why it does not.
            output.Unconfirmed(batch, e);
        }
    }

    // How many items were nacked.
    private async Task<int> CommandAsync(ItemCommand handler, SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        var nacked = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, batch.LeaseLost);
        foreach (var item in batch.Items)
        {
            // An ack timeout is one for the command on an item. If the batch is lost, this says why.
            await batch.ExtendAsync(cancellationToken);
            ItemVerdict verdict;
            try
            {
                verdict = await handler.RunAsync(batch, item, line => output.Line(item, line), over.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await batch.ExtendAsync(cancellationToken);
                throw;
            }

            if (verdict.Why is not { } why) continue;
            await batch.NackItemAsync(item, why, cancellationToken: cancellationToken);
            nacked++;
            output.Nacked(batch, item, verdict);
            await print.FlushAsync();
        }

        return nacked;
    }
}
