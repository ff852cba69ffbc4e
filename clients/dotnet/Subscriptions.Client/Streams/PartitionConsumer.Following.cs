namespace Subscriptions.Client;

/// <content>Connecting, and what is done when a connection ends.</content>
public sealed partial class PartitionConsumer
{
    // Set by the task that follows; read there, and at the end.
    private CancellationTokenSource? _membershipStop;
    private Task _membership = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private int _partitionCount;

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var cancelled = Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _policy.Attempting();
            var connection = PartitionConnection.Start(_setup);
            var wasAnswered = false;
            try
            {
                await Task.WhenAny(connection.Opened, _outcome.Task, cancelled).ConfigureAwait(false);
                if (connection.Opened.IsCompletedSuccessfully)
                {
                    wasAnswered = true;
                    Use(connection, await connection.Opened.ConfigureAwait(false));
                }

                await Task.WhenAny(connection.Completion, _outcome.Task, cancelled).ConfigureAwait(false);
            }
            finally
            {
                Leave(connection);
                if (!connection.IsOver)
                {
                    _closing = connection;
                }
            }

            if (_outcome.Task.IsCompleted)
            {
                await _outcome.Task.ConfigureAwait(false);
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var failure = await connection.Completion.ConfigureAwait(false) ?? Faults.EndedWithoutReason(_services.Address);
            await PauseAsync(failure, wasAnswered, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(SubscriptionsException failure, bool wasAnswered, CancellationToken cancellationToken)
    {
        if (!failure.IsRetryable)
        {
            Tell(new PartitionConsumerEvent.Disconnected(failure, RetryIn: null));
            throw failure;
        }

        if (_policy.Failed(failure, wasAnswered) is not { } pause)
        {
            Tell(new PartitionConsumerEvent.Disconnected(failure, RetryIn: null));
            throw PartitionConsumerGaveUpException.Of($"database '{Database}'", _policy, _options);
        }

        _services.Telemetry.Reconnecting(Database, Name, ClientTelemetry.ErrorType(failure));
        Tell(new PartitionConsumerEvent.Disconnected(failure, pause));

        // Whatever fails or finishes meanwhile decides, not only what happens on a connection.
        await Task.WhenAny(Task.Delay(pause, _services.Time, cancellationToken), _outcome.Task).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Use(PartitionConnection connection, V1.ConnectionOpened opened)
    {
        Tell(new PartitionConsumerEvent.Connected(opened.Node, opened.PartitionCount));
        if (_partitionCount != 0 && _partitionCount != opened.PartitionCount)
        {
            throw Faults.OtherPartitions(Database, _partitionCount, opened.PartitionCount);
        }

        Join(connection);
        if (_partitionCount != 0)
        {
            return;
        }

        _partitionCount = opened.PartitionCount;
        _membershipStop = new CancellationTokenSource();
        var context = new GroupContext(
            new CheckpointScope(Database, Name), _partitionCount, _services.Logger, _services.Time);
        _membership = RunMembershipAsync(context, _membershipStop.Token);
        _saving = SaveRegularlyAsync(_membershipStop.Token);
    }

    private async Task RunMembershipAsync(GroupContext context, CancellationToken cancellationToken)
    {
        try
        {
            await _group.RunAsync(context, this, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was to end.
            return;
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void OnNoop(V1.Noop noop)
    {
        if (_options.OnEvent is not null && noop.HighSeqnos.Count > 0)
        {
            var positions = _checkpoints.Positions();
            var lag = noop.HighSeqnos.Sum(high => Math.Max(0, high.Seqno - (positions.GetValueOrDefault(high.Partition)?.Seqno ?? 0)));
            Tell(new PartitionConsumerEvent.Heartbeat(lag, noop.HighSeqnos.Sum(high => high.Seqno)));
        }
    }

    private void Tell(PartitionConsumerEvent happening)
    {
        // One call at a time; what is told of comes seldom.
        lock (_telling)
        {
            Log.Event(_services.Logger, this, happening);
            try
            {
                _options.OnEvent?.Invoke(happening);
            }
            catch (Exception e)
            {
                Log.CallbackFailed(_services.Logger, Name, Database, e);
            }
        }
    }
}
