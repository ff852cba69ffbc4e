using Subscriptions.Core.Delivery;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A subscription as the engine has it in memory: what is stored, swapped as a whole. Thread-safe.</summary>
public sealed class SubscriptionEntry(StoredSubscription stored)
{
    private readonly Lock _lock = new();
    private StoredSubscription _stored = stored;

    /// <summary>The subscription's identity.</summary>
    public SubscriptionId Id => Stored.Id;

    /// <summary>What was delivered since the server started.</summary>
    public DeliveryFigures Figures { get; } = new();

    /// <summary>What is stored.</summary>
    public StoredSubscription Stored
    {
        get
        {
            lock (_lock) return _stored;
        }
    }

    /// <summary>The stored definition.</summary>
    public SubscriptionDefinition Definition => Stored.Definition;

    /// <summary>The definition was replaced in the store.</summary>
    internal void Redefined(SubscriptionDefinition definition)
    {
        lock (_lock) _stored = _stored with { Definition = definition };
    }

    /// <summary>A lease was granted or the cursor moved, in the store.</summary>
    internal void Moved(SubscriptionProgress progress)
    {
        lock (_lock)
        {
            if (progress.Token.Value >= _stored.Progress.Token.Value) _stored = _stored with { Progress = progress };
        }
    }

    /// <summary>A cursor was saved in the store.</summary>
    internal void Saved(ProgressUpdate update)
    {
        lock (_lock)
        {
            var progress = _stored.Progress;
            if (update.Token.Value < progress.Token.Value) return;
            _stored = _stored with { Progress = new SubscriptionProgress(update.Cursor, update.Token, update.AckedAt ?? progress.LastAckAt) };
        }
    }
}
