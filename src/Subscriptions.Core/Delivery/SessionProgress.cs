using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// What a session has to save, and when: acks at once, a scan without matches now and then. One save at a time; what comes meanwhile
/// shares the next.
/// </summary>
internal sealed class SessionProgress(ResumeToken start, DeliveryOptions timing, DateTimeOffset now)
{
    private ResumeToken _saved = start;
    private ResumeToken _acked = start;
    private ResumeToken _scanned = start;
    private DateTimeOffset? _ackedAt;
    private DateTimeOffset _savedAt = now;
    private long _ackedBatch;
    private int _scannedSinceSave;
    private bool _hasTold;

    /// <summary>The highest batch whose ack is durable.</summary>
    public long ConfirmedBatch { get; private set; }

    /// <summary>True while a save is under way.</summary>
    public bool IsSaving { get; private set; }

    /// <summary>True while an ack waits to become durable.</summary>
    public bool HasUnconfirmedAcks => _ackedBatch > ConfirmedBatch;

    /// <summary>When the scan's progress is to be saved at the latest; null when there is none.</summary>
    public DateTimeOffset? ScanSaveAt => ReferenceEquals(_scanned, _saved) ? null : _savedAt + timing.ScanSaveInterval;

    /// <summary>A batch was acked.</summary>
    public void Acked(InFlightBatch batch, DateTimeOffset at)
    {
        _acked = batch.Cursor;
        _ackedBatch = batch.Id;
        _ackedAt = at;
    }

    /// <summary>The scan went on.</summary>
    public void Scanned(BuiltBatch built)
    {
        _scanned = built.End;
        _scannedSinceSave += built.Scanned;
        if (built.Items.Count > 0) _hasTold = false;
    }

    /// <summary>The scan was sent back.</summary>
    public void WentBack(ResumeToken token) => _scanned = token;

    /// <summary>True once each time the session catches up.</summary>
    public bool TellsCaughtUp()
    {
        if (_hasTold) return false;
        return _hasTold = true;
    }

    /// <summary>The save that is due, if one is.</summary>
    /// <param name="isNothingOut">No batch is unacked or waits to be sent: the cursor may follow the scan.</param>
    /// <param name="isEnding">Save whatever there is.</param>
    /// <param name="at">The time.</param>
    public SessionEffect.Save? NextSave(bool isNothingOut, bool isEnding, DateTimeOffset at)
    {
        if (IsSaving) return null;

        // Beyond the acked batches the cursor may follow the scan only while nothing that it passed is still out.
        var cursor = isNothingOut ? _scanned : _acked;
        var isScanDue = isNothingOut && !ReferenceEquals(cursor, _saved)
            && (isEnding || _scannedSinceSave >= timing.ScanSaveDocuments || at - _savedAt >= timing.ScanSaveInterval)
            && !cursor.Equals(_saved);
        if (!HasUnconfirmedAcks && !isScanDue) return null;

        IsSaving = true;
        _scannedSinceSave = 0;
        var ackedAt = HasUnconfirmedAcks ? _ackedAt : null;
        return new SessionEffect.Save(cursor, _ackedBatch, ackedAt);
    }

    /// <summary>A save is over.</summary>
    /// <returns>True when it made an ack durable.</returns>
    public bool Saved(SessionEvent.Saved saved, DateTimeOffset at)
    {
        IsSaving = false;
        _savedAt = at;
        if (saved.Outcome != ProgressOutcome.Saved)
        {
            GiveUp();
            return false;
        }

        _saved = saved.Cursor;
        var confirmed = saved.ThroughBatch > ConfirmedBatch;
        ConfirmedBatch = saved.ThroughBatch;
        return confirmed;
    }

    /// <summary>A save came to nothing; the session is about to end.</summary>
    public void SaveFailed()
    {
        IsSaving = false;
        GiveUp();
    }

    // Nothing of this lease can be saved any more.
    private void GiveUp()
    {
        _acked = _scanned = _saved;
        _ackedBatch = ConfirmedBatch;
    }
}
