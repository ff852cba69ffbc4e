namespace Subscriptions.Client;

/// <content>Which partitions this member has.</content>
internal sealed partial class LeaseSession
{
    private async Task ManageAsync(CancellationToken cancellationToken)
    {
        var hasJoined = false;
        while (true)
        {
            await TryAsync(async () =>
            {
                if (!hasJoined)
                {
                    await ChangeAsync(table => table.Remove(_former is { } former ? [former] : []).Join(_id), cancellationToken).ConfigureAwait(false);
                    hasJoined = true;
                }

                await MoveAsync(cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            await Task.Delay(Interval, _context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        var table = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!table.Has(_id) || Working().Except(table.HeldBy(_id)).Any())
        {
            // Others have given this member up, whatever its clock says.
            Lose();
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (await FindSilentAsync(table, cancellationToken).ConfigureAwait(false) is { Count: > 0 } silent)
        {
            Log.Expired(_context.Logger, _options.MemberName, _context.Scope.Consumer, string.Join(", ", silent));
            table = await ChangeAsync(t => t.Remove(silent), cancellationToken).ConfigureAwait(false);
        }

        // First out of the hands of this member, saved, and only then nobody's.
        if (table.HeldBy(_id).Except(table.ShareOf(_id)).ToList() is { Count: > 0 } surplus)
        {
            var ending = Working().Intersect(surplus).ToList();

            // Who is to leave meanwhile still does this in order.
            await _host.RevokeAsync(ending, _lost.Token).ConfigureAwait(false);
            Ended(ending);
            cancellationToken.ThrowIfCancellationRequested();
            table = await ChangeAsync(t => t.Give(_id, surplus), cancellationToken).ConfigureAwait(false);
        }

        table = await ChangeAsync(t => t.Take(_id), cancellationToken).ConfigureAwait(false);
        await BeginAsync(table, cancellationToken).ConfigureAwait(false);
    }

    // What the table says this member has, a write whose answer got lost included.
    private async Task BeginAsync(GroupTable table, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var beginning = table.HeldBy(_id).Except(Working()).ToList();
        if (beginning.Count == 0)
        {
            return;
        }

        try
        {
            Begun(beginning);
            await _host.AssignAsync(beginning, table.Epoch, cancellationToken).ConfigureAwait(false);

            // Again: if the lease was lost in between, they are to be abandoned, too.
            Begun(beginning);
        }
        catch (CheckpointFencedException e)
        {
            // The table is younger than the checkpoints: it was lost, and began again.
            Ended(beginning);
            await ChangeAsync(t => t.Give(_id, beginning).RaiseAbove(e.StoredEpoch), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            Ended(beginning);
            throw;
        }
    }

    private async Task<List<string>> FindSilentAsync(GroupTable table, CancellationToken cancellationToken)
    {
        var others = table.Members.Select(member => member.Id).Where(id => id != _id).ToList();

        // An answer may be late: what is new in it is as young as now, and what is not was so when it was asked for.
        var askedAt = _context.Time.GetTimestamp();
        var signs = await _store.ReadBeatsAsync(others, cancellationToken).ConfigureAwait(false);
        var now = _context.Time.GetTimestamp();
        foreach (var gone in _seen.Keys.Except(others).ToList())
        {
            _seen.Remove(gone);
        }

        var silent = new List<string>();
        foreach (var other in others)
        {
            var sign = signs.GetValueOrDefault(other, string.Empty);
            if (!_seen.TryGetValue(other, out var seen) || seen.Sign != sign)
            {
                _seen[other] = (sign, now);
            }
            else if (_context.Time.GetElapsedTime(seen.SeenAt, askedAt) >= _options.LeaseDuration)
            {
                silent.Add(other);
            }
        }

        return silent;
    }

    // At once: others may begin when a quarter of the lease has passed, whatever this one waits for.
    private async Task AbandonAsync()
    {
        List<int> working;
        lock (_working)
        {
            working = [.. _working];
            _working.Clear();
        }

        Log.Lost(_context.Logger, _options.MemberName, _context.Scope.Consumer, working.Count);
        try
        {
            await _host.AbandonAsync(working).ConfigureAwait(false);
            _abandoned.SetResult();
        }
        catch (Exception e)
        {
            _abandoned.SetException(e);
        }
    }

    private List<int> Working()
    {
        lock (_working)
        {
            return [.. _working];
        }
    }

    private void Begun(List<int> partitions)
    {
        lock (_working)
        {
            _working.UnionWith(partitions);
        }
    }

    private void Ended(List<int> partitions)
    {
        lock (_working)
        {
            _working.ExceptWith(partitions);
        }
    }

    private async Task LeaveAsync()
    {
        if (_lost.IsCancellationRequested)
        {
            await _abandoned.Task.ConfigureAwait(false);

            // What was begun at the same moment.
            await _host.AbandonAsync(Working()).ConfigureAwait(false);
            return;
        }

        await _host.RevokeAsync(Working(), _lost.Token).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(_options.LeaseDuration, _context.Time);
        try
        {
            await TryAsync(async () =>
            {
                await ChangeAsync(table => table.Remove([_id]), patience.Token).ConfigureAwait(false);
                await _store.ForgetAsync(_id, patience.Token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The others wait for the lease to run out.
            return;
        }
    }

    private async Task<GroupTable> ReadAsync(CancellationToken cancellationToken) =>
        (await _store.ReadAsync(cancellationToken).ConfigureAwait(false))?.Table ?? GroupTable.Empty(_context.PartitionCount);

    // Until nobody else was faster.
    private async Task<GroupTable> ChangeAsync(Func<GroupTable, GroupTable> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
            var before = read?.Table ?? GroupTable.Empty(_context.PartitionCount);
            if (before.PartitionCount != _context.PartitionCount)
            {
                throw Faults.OtherPartitions(_context.Scope.Database, before.PartitionCount, _context.PartitionCount);
            }

            var after = change(before);
            if (ReferenceEquals(after, before) || await _store.TryWriteAsync(after, read?.Revision, cancellationToken).ConfigureAwait(false))
            {
                return after;
            }
        }
    }
}
