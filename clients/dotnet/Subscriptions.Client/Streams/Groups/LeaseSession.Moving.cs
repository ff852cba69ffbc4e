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
        if (!table.Has(_id) || _working.Except(table.HeldBy(_id)).Any())
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
            var ending = _working.Intersect(surplus).ToList();

            // Who is to leave meanwhile still does this in order.
            await _host.RevokeAsync(ending, _lost.Token).ConfigureAwait(false);
            _working.ExceptWith(ending);
            cancellationToken.ThrowIfCancellationRequested();
            table = await ChangeAsync(t => t.Give(_id, surplus), cancellationToken).ConfigureAwait(false);
        }

        table = await ChangeAsync(t => t.Take(_id), cancellationToken).ConfigureAwait(false);
        await BeginAsync(table, cancellationToken).ConfigureAwait(false);
    }

    // What the table says this member has, a write whose answer got lost included.
    private async Task BeginAsync(GroupTable table, CancellationToken cancellationToken)
    {
        var beginning = table.HeldBy(_id).Except(_working).ToList();
        if (beginning.Count == 0)
        {
            return;
        }

        try
        {
            _working.UnionWith(beginning);
            await _host.AssignAsync(beginning, table.Epoch, cancellationToken).ConfigureAwait(false);
        }
        catch (CheckpointFencedException e)
        {
            // The table is younger than the checkpoints: it was lost, and began again.
            _working.ExceptWith(beginning);
            await ChangeAsync(t => t.Give(_id, beginning).RaiseAbove(e.StoredEpoch), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _working.ExceptWith(beginning);
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

    private async Task LeaveAsync()
    {
        var working = _working.ToList();
        if (_lost.IsCancellationRequested)
        {
            Log.Lost(_context.Logger, _options.MemberName, _context.Scope.Consumer, working.Count);
            await _host.AbandonAsync(working).ConfigureAwait(false);
            return;
        }

        await _host.RevokeAsync(working, _lost.Token).ConfigureAwait(false);
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
