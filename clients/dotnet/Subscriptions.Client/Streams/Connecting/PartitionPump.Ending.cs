namespace Subscriptions.Client;

/// <content>What is done when a stream was not opened, or is over.</content>
internal sealed partial class PartitionPump
{
    private async Task OnRollbackAsync(PartitionConnection connection, V1.StreamRollback wire)
    {
        if (wire.Seqno < 0 || wire.Seqno >= _lastRollback)
        {
            throw Faults.Protocol($"it rolled partition {Partition} back to {_lastRollback}, and from there to {wire.Seqno}");
        }

        _lastRollback = wire.Seqno;
        var rollback = StreamMapping.Rollback(wire, Partition, _position.Seqno);

        // Who began after the seqno has no snapshot that reaches over it, and goes where the server says.
        if (_history.GoBack(wire.Seqno) is { } place)
        {
            rollback = rollback with { ToSeqno = place.Seqno, Position = place };
        }

        await CallAsync(token => _services.Handler.OnRollbackAsync(rollback, token)).ConfigureAwait(false);

        // What was undone comes again: the old place is wrong from here on, and is not kept any longer than it takes to save the new one.
        _position = rollback.StartsOver ? PartitionPosition.Beginning : rollback.Position;
        if (rollback.StartsOver || _history.Places.Count == 0)
        {
            _history.Restart(_position);
        }

        _beginsNow = false;
        _isKept = true;
        _hasProgressed = true;
        _services.Checkpoints.RolledBack(Partition, _position, _history.Places);
        await _services.RolledBackAsync(rollback).ConfigureAwait(false);
        await OpenAsync(connection).ConfigureAwait(false);
    }

    private async Task OnEndAsync(PartitionConnection connection, V1.StreamEnd wire)
    {
        var reason = StreamMapping.End(wire.Reason);

        // A stream without an end cannot come to it, and one that this side closes is not told any more: whatever the server means, the partition is to go on.
        var isFinished = reason == PartitionStreamEnd.Complete && _services.Options.ToLatest;
        var end = new PartitionEnd(
            Partition, reason, _position, wire.HighSeqno, IsFinal: isFinished || reason == PartitionStreamEnd.DatabaseDropped);
        await CallAsync(token => _services.Handler.OnEndedAsync(end, token)).ConfigureAwait(false);
        if (isFinished)
        {
            IsFinished = true;
            _services.Finished(Partition);
            return;
        }

        if (reason == PartitionStreamEnd.DatabaseDropped)
        {
            throw new DatabaseDroppedException(ErrorDetails.Local(
                $"Database '{_services.Options.Database}' was dropped.", ErrorReason.DatabaseDropped, isRetryable: false));
        }

        await RetryAsync(connection, Faults.StreamEnded(Partition, wire.Reason)).ConfigureAwait(false);
    }

    private async Task RetryAsync(PartitionConnection connection, SubscriptionsException failure)
    {
        if (!failure.IsRetryable)
        {
            throw failure;
        }

        // A stream that was open for a while was good, though nothing came; one that ends as soon as it was opened was not.
        var wasGood = _hasProgressed || (_openedAt is { } since && _services.Time.GetElapsedTime(since) >= _services.Options.MaxReconnectDelay);
        (_hasProgressed, _openedAt) = (false, null);
        if (_policy.Failed(failure, wasGood) is not { } pause)
        {
            throw PartitionConsumerGaveUpException.Of($"partition {Partition} of '{_services.Options.Database}'", _policy, _services.Options);
        }

        // Nothing comes of this partition meanwhile; if the connection ends, its successor waits behind this.
        await Task.Delay(pause, _services.Time, _stopping.Token).ConfigureAwait(false);
        if (!connection.IsOver)
        {
            await OpenAsync(connection).ConfigureAwait(false);
        }
    }
}
