namespace Subscriptions.Client;

/// <summary>
/// Thrown by an <see cref="ISubscriptionItemHandler"/> that knows more about its failure than another exception would say.
/// </summary>
public sealed class ItemFailedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="reason">For figures, logs and dead letters; what is longer than 1024 characters is cut.</param>
    /// <param name="retryIn">How long to wait before the item is sent again; <see langword="null"/>: by the subscription's back-off.</param>
    /// <param name="innerException">What it comes from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The wait is negative.</exception>
    public ItemFailedException(string reason, TimeSpan? retryIn = null, Exception? innerException = null)
        : base(reason, innerException)
    {
        if (retryIn is { } wait)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(retryIn));
        }

        RetryIn = retryIn;
    }

    /// <summary>How long to wait before the item is sent again; <see langword="null"/>: by the subscription's back-off.</summary>
    public TimeSpan? RetryIn { get; }
}
