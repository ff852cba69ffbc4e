namespace Subscriptions.Client;

/// <content>The partitions that the consumer has.</content>
public sealed partial class PartitionConsumer : IPartitionHost
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, PartitionPump> _pumps = [];
    private readonly HashSet<int> _finished = [];
    private PartitionConnection? _connection;
    private bool _isAssigned;

    /// <inheritdoc/>
    async Task IPartitionHost.AssignAsync(IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        var kept = await _checkpoints.BeginAsync(partitions, epoch, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<int> all;
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                var pump = new PartitionPump(partition, kept.GetValueOrDefault(partition), _pumpServices);
                _pumps.Add(partition, pump);
                if (_connection is { } connection)
                {
                    pump.Attach(connection);
                }
            }

            _isAssigned = true;
            all = [.. _pumps.Keys];
        }

        Tell(new PartitionConsumerEvent.Assigned(epoch, all));
        FinishIfAll();
    }

    /// <inheritdoc/>
    async Task IPartitionHost.RevokeAsync(IReadOnlyCollection<int> partitions, CancellationToken hurry)
    {
        await StopAsync(partitions, _options.CloseTimeout, hurry).ConfigureAwait(false);
        if (SavesByItself && !hurry.IsCancellationRequested)
        {
            _notSaved = await SaveQuietlyAsync(partitions, hurry).ConfigureAwait(false) ?? _notSaved;
        }

        // At the end the application may still ask how far they have come.
        if (_membershipStop?.IsCancellationRequested != true)
        {
            _checkpoints.Forget(partitions);
        }
    }

    /// <inheritdoc/>
    async Task IPartitionHost.AbandonAsync(IReadOnlyCollection<int> partitions)
    {
        _checkpoints.Forget(partitions);
        await StopAsync(partitions, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
    }

    private void Join(PartitionConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            foreach (var pump in _pumps.Values)
            {
                pump.Attach(connection);
            }
        }
    }

    private void Leave(PartitionConnection connection)
    {
        lock (_gate)
        {
            if (_connection == connection)
            {
                _connection = null;
            }
        }
    }

    private async Task StopAsync(IReadOnlyCollection<int> partitions, TimeSpan patience, CancellationToken hurry)
    {
        List<PartitionPump> stopping;
        IReadOnlyList<int> left;
        lock (_gate)
        {
            stopping = [.. partitions.Select(partition => _pumps.GetValueOrDefault(partition)).OfType<PartitionPump>()];
            foreach (var pump in stopping)
            {
                _pumps.Remove(pump.Partition);
                _finished.Remove(pump.Partition);
            }

            left = [.. _pumps.Keys];
        }

        await Task.WhenAll(stopping.Select(pump => pump.StopAsync(patience, hurry))).ConfigureAwait(false);
        if (stopping.Count > 0)
        {
            Tell(new PartitionConsumerEvent.Revoked([.. stopping.Select(pump => pump.Partition)], left));
        }
    }

    private void OnFinished(int partition)
    {
        lock (_gate)
        {
            if (_pumps.ContainsKey(partition))
            {
                _finished.Add(partition);
            }
        }

        FinishIfAll();
    }

    private void FinishIfAll()
    {
        lock (_gate)
        {
            if (!_options.ToLatest || !_isAssigned || _finished.Count < _pumps.Count)
            {
                return;
            }
        }

        _outcome.TrySetResult(true);
    }
}
