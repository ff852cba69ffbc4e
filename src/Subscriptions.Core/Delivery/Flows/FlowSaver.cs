using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// Saves what a ledger has come to: acks and failed items at once, a scan without matches now and then. One save at a time; what comes
/// meanwhile shares the next. All members belong to the flow's lock, which is given.
/// </summary>
internal sealed class FlowSaver(
    Lock gate, DeliveryLedger ledger, IReadOnlyCollection<FlowMember> members, ISessionSubscription subscription, FencingToken token, SessionServices services)
{
    private ResumeToken _saved = ledger.Cursor;
    private DateTimeOffset _savedAt = services.Time.GetUtcNow();
    private DateTimeOffset? _ackedAt;
    private EngineException? _broken;
    private Task _saving = Task.CompletedTask;
    private string? _stopReason;
    private int _scanned;
    private bool _isUrgent;
    private bool _isClosing;
    private bool _isClosed;
    private bool _isSaving;
    private bool _isWanted;

    /// <summary>True when nothing can be saved any more.</summary>
    public bool IsBroken => _broken is not null;

    /// <summary>When the scan's progress is to be saved at the latest; null when there is none.</summary>
    public DateTimeOffset? DueAt => ReferenceEquals(ledger.Cursor, _saved) || _isSaving ? null : _savedAt + services.Timing.ScanSaveInterval;

    /// <summary>
    /// What is to be awaited before the log is read on: the save that is under way, when so much was looked at since it began that a kill
    /// would cost more than the settings allow.
    /// </summary>
    public Task Lagging
    {
        get
        {
            lock (gate) return _isSaving && _scanned >= services.Timing.ScanSaveDocuments / 3 ? _saving : Task.CompletedTask;
        }
    }

    /// <summary>Changes were looked at.</summary>
    public void Scanned(int changes) => _scanned += changes;

    /// <summary>Something must become durable now.</summary>
    /// <param name="ackedAt">When a worker acked; null when it was something else.</param>
    public void Hurry(DateTimeOffset? ackedAt = null)
    {
        _isUrgent = true;
        _ackedAt = ackedAt ?? _ackedAt;
    }

    /// <summary>The subscription is to be disabled as soon as what is known is durable.</summary>
    public void StopAfterwards(string reason) => _stopReason ??= reason;

    /// <summary>Starts a save if one is due and none is under way.</summary>
    public void SaveIfDue()
    {
        if (_isSaving || _isWanted || _isClosed || _broken is not null || !IsDue()) return;

        _isSaving = true;
        _saving = RunAsync(TakeUpdate());
    }

    /// <summary>Saves what there is, and returns when nothing is under way any more, nor will be.</summary>
    public async Task CloseAsync()
    {
        Task? saving = null;
        while (true)
        {
            lock (gate)
            {
                _isClosing = true;
                SaveIfDue();

                // What was done without saves may have put one off.
                if (_saving == saving) _isClosed = true;
                if (_isClosed) return;
                saving = _saving;
            }

            await saving;
        }
    }

    /// <summary>Why a conversation ends whose progress was not saved.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="isChanging">An administrator's change is on its way: it has reached the store, and ends the workers in a moment.</param>
    public static EngineException NotSaved(ProgressOutcome outcome, bool isChanging = false) => outcome switch
    {
        ProgressOutcome.NotFound => new EngineException(ErrorCode.SubscriptionNotFound, "The subscription was deleted."),
        _ when isChanging => new EngineException(
            ErrorCode.SubscriptionChanged, "The subscription was changed; the ack changed nothing. Reconnect to go on with what holds now."),
        _ => new EngineException(ErrorCode.LeaseLost, "The lease has ended; the ack changed nothing. Reconnect."),
    };

    /// <summary>Does something to the store that no save may come beside: none is under way, and none begins before it is over.</summary>
    public async Task WithoutSavesAsync(Func<Task> work)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task saving;
        lock (gate)
        {
            _isWanted = true;
            (saving, _saving) = (_saving, over.Task);
        }

        await saving;
        lock (gate)
        {
            _isWanted = false;
            _isSaving = true;
        }

        try
        {
            await work();
        }
        finally
        {
            lock (gate)
            {
                _isSaving = false;
                SaveIfDue();
            }

            over.SetResult();
        }
    }

    private bool IsDue()
    {
        if (_isUrgent) return true;
        if (ledger.Cursor.Equals(_saved))
        {
            _saved = ledger.Cursor;
            return _isClosing && ledger.Retries.HasChanges;
        }

        return _isClosing
            || _scanned >= services.Timing.ScanSaveDocuments / 3
            || services.Time.GetUtcNow() - _savedAt >= services.Timing.ScanSaveInterval;
    }

    private ProgressUpdate TakeUpdate()
    {
        var update = new ProgressUpdate(subscription.Id, token, ledger.Cursor, _ackedAt)
        {
            AckedAbove = ledger.AckedAbove,
            FailedItems = ledger.Retries.TakeChanges(),
        };
        foreach (var member in members) member.SavingBatch = member.AckedBatch;
        _ackedAt = null;
        _isUrgent = false;
        _scanned = 0;
        return update;
    }

    // Never throws: what it came to is told to the members.
    private async Task RunAsync(ProgressUpdate first)
    {
        for (ProgressUpdate? update = first; update is { } next;)
        {
            EngineException? failure;
            try
            {
                var outcome = await subscription.SaveAsync(next, CancellationToken.None);
                failure = outcome == ProgressOutcome.Saved ? null : NotSaved(outcome, subscription.IsChanging);
            }
            catch (Exception e)
            {
                failure = StoreErrors.ToEngineException(e);
            }

            string? stopReason;
            lock (gate)
            {
                if (failure is null) Saved(next.Cursor);
                else Break(failure);
                update = failure is null && !_isWanted && IsDue() ? TakeUpdate() : null;
                _isSaving = update is not null;
                (stopReason, _stopReason) = (failure is null ? _stopReason : null, null);
            }

            if (stopReason is not null) await StopAsync(stopReason);
        }
    }


    private void Saved(ResumeToken cursor)
    {
        _saved = cursor;
        _savedAt = services.Time.GetUtcNow();
        foreach (var member in members)
        {
            if (member.SavingBatch == member.SavedBatch && !(member.Options.CloseWhenDrained && ledger.IsDrained)) continue;

            member.SavedBatch = Math.Max(member.SavedBatch, member.SavingBatch);
            member.Observer.OnSaved(member.SavedBatch, cursor, ledger.IsDrained);
        }
    }

    // Nothing of this flow can be saved any more; what was acked and not confirmed will come again.
    private void Break(EngineException reason)
    {
        _broken = reason;
        foreach (var member in members) member.Observer.OnBroken(reason);
    }

    private async Task StopAsync(string reason)
    {
        try
        {
            await subscription.StopAsync(reason, CancellationToken.None);
        }
        catch (Exception e)
        {
            lock (gate) Break(StoreErrors.ToEngineException(e));
        }
    }
}
