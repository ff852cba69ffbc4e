namespace Subscriptions.TestKit;

/// <summary>Makes a test that waits for something that never happens fail instead of hang.</summary>
public static class TestTimeout
{
    /// <summary>Far longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Awaits, but not for ever.</summary>
    public static Task Within(this Task task, TimeSpan? timeout = null) => task.WaitAsync(timeout ?? Default);

    /// <inheritdoc cref="Within(Task, TimeSpan?)" />
    public static Task<T> Within<T>(this Task<T> task, TimeSpan? timeout = null) => task.WaitAsync(timeout ?? Default);

    /// <inheritdoc cref="Within(Task, TimeSpan?)" />
    public static Task Within(this ValueTask task, TimeSpan? timeout = null) => task.AsTask().WaitAsync(timeout ?? Default);

    /// <inheritdoc cref="Within(Task, TimeSpan?)" />
    public static Task<T> Within<T>(this ValueTask<T> task, TimeSpan? timeout = null) => task.AsTask().WaitAsync(timeout ?? Default);
}
