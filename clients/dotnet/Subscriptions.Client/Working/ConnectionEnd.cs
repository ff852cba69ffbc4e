namespace Subscriptions.Client;

/// <summary>How a worker's connection ended, and what the worker does about it.</summary>
/// <param name="Failure">What went wrong; <see langword="null"/> when it was closed by this side, or drained.</param>
/// <param name="RetryIn">After what pause the worker connects again; <see langword="null"/>: not at all.</param>
internal sealed record ConnectionEnd(SubscriptionsException? Failure, TimeSpan? RetryIn)
{
    /// <summary>As it was wanted.</summary>
    public static ConnectionEnd Wanted { get; } = new(null, null);
}
