namespace Subscriptions.Client;

/// <content>Checkpoints, and the end.</content>
public sealed partial class PartitionConsumer
{
    private PartitionConnection? _closing;

    // Of what is given up, and so not saved again.
    private Exception? _notSaved;

    private bool SavesByItself => _options.CheckpointInterval != Timeout.InfiniteTimeSpan;

    private async Task SaveRegularlyAsync(CancellationToken cancellationToken)
    {
        if (!SavesByItself)
        {
            return;
        }

        using var timer = new PeriodicTimer(_options.CheckpointInterval, _services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await SaveQuietlyAsync(null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end saves once more.
            return;
        }
    }

    private async Task OnRolledBackAsync(PartitionRollback rollback)
    {
        Log.RolledBack(
            _services.Logger, Name, Database, rollback.Partition, rollback.FromSeqno, rollback.ToSeqno, rollback.Reason);
        _services.Telemetry.RolledBack(Database, Name, rollback.Reason);
        if (SavesByItself)
        {
            await SaveQuietlyAsync([rollback.Partition], CancellationToken.None).ConfigureAwait(false);
        }
    }

    // What fails is tried again: nothing is lost meanwhile but that more would come again after a crash. Returns what failed.
    private async Task<Exception?> SaveQuietlyAsync(IReadOnlyCollection<int>? partitions, CancellationToken cancellationToken)
    {
        try
        {
            await _checkpoints.SaveAsync(partitions, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            Tell(new PartitionConsumerEvent.CheckpointFailed(e));
            if (e is CheckpointFencedException && !_group.OnFenced())
            {
                Fail(e);
            }

            return e;
        }
    }

    // In this order: nothing is handled any more, positions are saved, partitions are given up, the connection is closed.
    private async Task<Exception?> CloseAsync()
    {
        _notSaved = null;
        if (_membershipStop is { } stop)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await _membership.ConfigureAwait(false);
            await _saving.ConfigureAwait(false);
            stop.Dispose();
        }

        if (_closing is { } connection)
        {
            await connection.CloseAsync(_options.CloseTimeout).ConfigureAwait(false);
        }

        _pumpServices.Slots.Dispose();
        return _notSaved;
    }
}
