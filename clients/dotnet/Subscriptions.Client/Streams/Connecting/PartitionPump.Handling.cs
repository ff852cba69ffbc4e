namespace Subscriptions.Client;

/// <content>What is done with each message.</content>
internal sealed partial class PartitionPump
{
    private readonly PlaceHistory _history;
    private PartitionPosition _position;
    private bool _beginsNow;
    private bool _isKept;
    private bool _hasProgressed;
    private string _branch = string.Empty;
    private long? _lastRollback;
    private long? _openedAt;

    // What the last marker said. It becomes part of the position with the first data behind it, and not before.
    private PartitionSnapshot? _snapshot;

    private Task HandleAsync(Work work) => work.Message switch
    {
        null => OnConnectedAsync(work.Connection),
        { StreamOpened: { } opened } => OnOpenedAsync(opened),
        { Snapshot: { } marker } => OnSnapshotAsync(marker),
        { Changes: { } changes } => OnChangesAsync(changes),
        { SeqnoAdvanced: { } advanced } => OnAdvancedAsync(advanced),
        { Rollback: { } rollback } => OnRollbackAsync(work.Connection, rollback),
        { Refused: { } refused } => RetryAsync(work.Connection, StreamMapping.Refused(refused, Partition)),
        { End: { } end } => OnEndAsync(work.Connection, end),
        _ => Task.CompletedTask,
    };

    private Task OnConnectedAsync(PartitionConnection connection)
    {
        // A stream that was lost with its connection has not failed, however little came of it.
        if (_openedAt is not null)
        {
            _policy.Succeeded();
            _openedAt = null;
        }

        return OpenAsync(connection);
    }

    private Task OpenAsync(PartitionConnection connection)
    {
        if (IsFinished)
        {
            return Task.CompletedTask;
        }

        var options = _services.Options;
        var request = new V1.StreamOpen { Filter = options.Filter?.Wire };
        _position.WriteTo(request);
        Add(V1.StreamFlag.FromLatest, _beginsNow);
        Add(V1.StreamFlag.ToLatest, options.ToLatest);
        Add(V1.StreamFlag.IgnorePurged, options.IgnorePurged);
        Add(V1.StreamFlag.NoContent, options.NoContent);
        _snapshot = null;
        _policy.Attempting();
        lock (_gate)
        {
            if (!_isStopped)
            {
                _stream = connection.Open(request, this);
            }
        }

        return Task.CompletedTask;

        void Add(V1.StreamFlag flag, bool isWanted)
        {
            if (isWanted)
            {
                request.Flags.Add(flag);
            }
        }
    }

    private async Task OnOpenedAsync(V1.StreamOpened opened)
    {
        var log = StreamMapping.Log(opened.FailoverLog);
        _branch = log.Count > 0 ? log[0].Branch : string.Empty;
        if (opened.Position is { } place)
        {
            // A token may name other partitions, and at "now" there is none; where that is in this partition, only the server knew.
            _position = PartitionPosition.Of(place, _beginsNow ? string.Empty : _position.ResumeToken);
            if (_history.Places.Count == 0)
            {
                _history.Restart(_position);
            }

            if (!_isKept && (_beginsNow || place.Seqno > 0))
            {
                _isKept = true;
                _services.Checkpoints.Moved(Partition, _position, _history.Places);
            }
        }

        _beginsNow = false;
        _lastRollback = null;
        _openedAt = _services.Time.GetTimestamp();
        var told = new PartitionOpened(
            Partition, _position, log, opened.HighSeqno, opened.HasEndSeqno ? opened.EndSeqno : null);
        await CallAsync(token => _services.Handler.OnOpenedAsync(told, token)).ConfigureAwait(false);
    }

    private Task OnSnapshotAsync(V1.SnapshotMarker marker)
    {
        if (marker.EndSeqno < marker.StartSeqno || marker.EndSeqno < _position.Seqno)
        {
            throw Faults.Protocol($"it sent a snapshot {marker.StartSeqno}..{marker.EndSeqno} of partition {Partition} to a reader at {_position.Seqno}");
        }

        var snapshot = new PartitionSnapshot(
            Partition, marker.StartSeqno, marker.EndSeqno, StreamMapping.Source(marker.Source), marker.PurgeSeqno);
        _snapshot = snapshot;
        return CallAsync(token => _services.Handler.OnSnapshotAsync(snapshot, token));
    }

    private async Task OnChangesAsync(V1.StreamChanges message)
    {
        if (message.Changes.Count == 0)
        {
            return;
        }

        var seqno = _position.Seqno;
        foreach (var change in message.Changes)
        {
            if (change.Seqno <= seqno)
            {
                throw Faults.Protocol($"it sent change {change.Seqno} of partition {Partition} after {seqno}");
            }

            seqno = change.Seqno;
        }

        var position = After(seqno, message.ResumeToken);
        var changes = new PartitionChanges(Partition, [.. message.Changes.Select(row => new ChangeRow(row))], position);
        await CallAsync(token => ProcessAsync(changes, token)).ConfigureAwait(false);
        Move(position);
    }

    private async Task OnAdvancedAsync(V1.SeqnoAdvanced message)
    {
        if (message.Seqno < _position.Seqno)
        {
            throw Faults.Protocol($"it advanced partition {Partition} from {_position.Seqno} to {message.Seqno}");
        }

        if (_snapshot is null || message.Seqno > _snapshot.EndSeqno)
        {
            // Nothing of what lies between is left out of any picture, so the place is a consistent one.
            var purged = _snapshot?.PurgeSeqno ?? _position.PurgeSeqno;
            _snapshot = new PartitionSnapshot(Partition, message.Seqno, message.Seqno, SnapshotSource.Unknown, purged);
        }

        var advance = new PartitionAdvance(Partition, After(message.Seqno, message.ResumeToken));
        await CallAsync(token => _services.Handler.OnAdvancedAsync(advance, token)).ConfigureAwait(false);
        Move(advance.Position);
    }

    private async ValueTask ProcessAsync(PartitionChanges changes, CancellationToken cancellationToken)
    {
        var options = _services.Options;
        using var process = _services.Telemetry.Begin(ClientOperation.Process, options.Database, changes.Changes.Count, options.Name);
        try
        {
            await _services.Handler.OnChangesAsync(changes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            process.Fail(e);
            throw;
        }
    }

    // A place as the client keeps it: on the newest branch, in the snapshot that its data belong to.
    private PartitionPosition After(long seqno, string resumeToken)
    {
        if (_snapshot is null || seqno > _snapshot.EndSeqno || seqno < _snapshot.StartSeqno)
        {
            var told = _snapshot is null ? "no snapshot" : $"snapshot {_snapshot.StartSeqno}..{_snapshot.EndSeqno}";
            throw Faults.Protocol($"it sent seqno {seqno} of partition {Partition} in {told}");
        }

        return new PartitionPosition
        {
            Seqno = seqno,
            ResumeToken = resumeToken,
            Branch = _branch,
            SnapshotStart = _snapshot.StartSeqno,
            SnapshotEnd = _snapshot.EndSeqno,
            PurgeSeqno = _snapshot.PurgeSeqno,
        };
    }

    private void Move(PartitionPosition position)
    {
        _hasProgressed = true;
        _position = position;
        if (position.IsConsistent)
        {
            _history.Add(position);
        }

        _services.Checkpoints.Moved(Partition, position, _history.Places);
    }

    private async Task CallAsync(Func<CancellationToken, ValueTask> call)
    {
        await _services.Slots.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            await call(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _services.Slots.Release();
        }
    }
}
