using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>A worker that acks without waiting for the confirm, fails some items before, leaves now and then, and reports all of it.</summary>
internal sealed class UnsteadyWorker(SubscriptionsClient client, WorkLedger ledger, SubscriptionWorkerOptions options, Random random)
{
    private readonly List<Task> _acks = [];

    /// <summary>One of so many items fails; 0: none.</summary>
    public int FailsOneOf { get; init; }

    /// <summary>At one of so many batches it leaves; 0: at none.</summary>
    public int LeavesAtOneOf { get; init; }

    /// <summary>How long it works on a batch at most, in milliseconds.</summary>
    public int TakesUpTo { get; init; }

    /// <summary>Works until it is cancelled, or until nothing is left if its options say so.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        options.MaxReconnectDelay = TimeSpan.FromMilliseconds(50);
        options.OnEvent = Report;
        do
        {
            await using var worker = client.OpenWorker(options);
            try
            {
                await foreach (var batch in worker.ReadBatchesAsync(cancellationToken))
                {
                    if (!await TakeAsync(batch)) break;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Asked to end.
            }
        }
        while (!cancellationToken.IsCancellationRequested && !options.CloseWhenDrained);

        await Task.WhenAll(_acks);
    }

    private void Report(WorkerEvent happened)
    {
        if (happened is WorkerEvent.Connected connected)
        {
            ledger.Tokens.Granted(connected.FencingToken);
            ledger.Note($"{options.WorkerName} has token {connected.FencingToken}");
        }
        else if (happened is WorkerEvent.Disconnected)
        {
            ledger.Note($"{options.WorkerName} lost its connection");
        }
    }

    private async Task<bool> TakeAsync(SubscriptionBatch batch)
    {
        var handed = ledger.Delivered(batch);
        if (OneOf(LeavesAtOneOf))
        {
            ledger.Leaving(handed);
            return false;
        }

        if (TakesUpTo > 0) await Task.Delay(TimeSpan.FromMilliseconds(random.Next(TakesUpTo)), TimeProvider.System, CancellationToken.None);
        var failing = batch.Items.Where(_ => OneOf(FailsOneOf)).Select(item => item.Id).ToList();
        if (failing.Count > 0)
        {
            ledger.Failing(handed, failing);
            try
            {
                await batch.NackItemsAsync(failing, "because", random.Next(2) == 0 ? null : TimeSpan.Zero);
            }
            catch (SubscriptionLeaseLostException)
            {
                // All of the batch comes again.
            }
        }

        ledger.Acking(handed);
        _acks.RemoveAll(ack => ack.IsCompletedSuccessfully);
        _acks.Add(AckAsync(handed));
        return true;
    }

    private async Task AckAsync(HandedBatch handed)
    {
        try
        {
            await handed.Batch.AckAsync();
            ledger.Confirmed(handed);
        }
        catch (SubscriptionLeaseLostException)
        {
            // Whether the ack arrived is unknown: its items may come again, or not.
        }
    }

    private bool OneOf(int number) => number > 0 && random.Next(number) == 0;
}
