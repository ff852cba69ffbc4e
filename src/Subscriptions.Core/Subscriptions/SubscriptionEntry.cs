using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Delivery.History;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A subscription as the engine has it in memory: what is stored, swapped as a whole. Thread-safe.</summary>
public sealed class SubscriptionEntry(StoredSubscription stored)
{
    private readonly Lock _lock = new();
    private StoredSubscription _stored = stored;
    private bool _isChanging;

    /// <summary>The subscription's identity.</summary>
    public SubscriptionId Id => Stored.Id;

    /// <summary>What was delivered since the server started.</summary>
    public DeliveryFigures Figures { get; } = new();

    /// <summary>What happened to it lately.</summary>
    public SubscriptionHistory History { get; } = new();

    /// <summary>Where the workers that share it meet.</summary>
    public FlowSlot Flow { get; } = new();

    /// <summary>What is stored.</summary>
    public StoredSubscription Stored
    {
        get
        {
            lock (_lock) return _stored;
        }
    }

    /// <summary>True while a change that ends the workers is on its way to the store and is not yet in memory: no worker may begin.</summary>
    internal bool IsChanging
    {
        get => Volatile.Read(ref _isChanging);
        set => Volatile.Write(ref _isChanging, value);
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
            var current = _stored.Progress;
            if (progress.Token.Value < current.Token.Value) return;

            // A lease that shares the subscription changes nothing but the token: others may have saved since it was granted.
            var isShared = progress.Epoch == current.Epoch && progress.Token != current.Token;
            _stored = _stored with { Progress = isShared ? current with { Token = progress.Token } : progress };
            if (!isShared && !progress.Cursor.Equals(current.Cursor)) History.CursorMoved(progress.Cursor);
        }
    }

    /// <summary>A cursor was saved in the store.</summary>
    internal void Saved(ProgressUpdate update)
    {
        lock (_lock)
        {
            var progress = _stored.Progress;
            if (update.Token.Value < progress.Epoch.Value) return;
            _stored = _stored with
            {
                Progress = progress with
                {
                    Cursor = update.Cursor,
                    AckedAbove = update.AckedAbove,
                    LastAckAt = update.AckedAt ?? progress.LastAckAt,
                },
            };
            if (!update.Cursor.Equals(progress.Cursor)) History.CursorMoved(update.Cursor);
        }
    }
}
