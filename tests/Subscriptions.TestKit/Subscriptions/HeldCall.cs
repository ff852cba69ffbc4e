namespace Subscriptions.TestKit.Subscriptions;

/// <summary>A hold on one future call of a <see cref="FakeSubscriptionStore"/>. Thread-safe.</summary>
public sealed class HeldCall
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldCall(SubscriptionStoreCall call, HoldPoint point)
    {
        Call = call;
        Point = point;
    }

    /// <summary>The call that is held.</summary>
    public SubscriptionStoreCall Call { get; }

    /// <summary>Where it is held.</summary>
    public HoldPoint Point { get; }

    /// <summary>Completes when a call stands at the hold.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the call go on; before one has come, the hold then stops nobody.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Makes the call fail; before one has come, it fails as soon as it stands at the hold.</summary>
    public void Fail(Exception exception) => _released.TrySetException(exception);

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
