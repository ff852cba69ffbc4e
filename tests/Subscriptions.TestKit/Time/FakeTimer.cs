namespace Subscriptions.TestKit.Time;

/// <summary>A timer of a <see cref="FakeTimeProvider"/>. Its mutable state belongs to the provider's lock.</summary>
internal sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
{
    private volatile bool _isDisposed;

    public DateTimeOffset DueAt { get; set; }

    public TimeSpan? Period { get; set; }

    public long Order { get; set; }

    public void Fire()
    {
        if (!_isDisposed) callback(state);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed) return false;
        owner.Arm(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        owner.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
