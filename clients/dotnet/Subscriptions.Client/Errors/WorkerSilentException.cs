namespace Subscriptions.Client;

/// <summary>The server heard nothing from the worker for longer than it allows. The worker reconnects by itself.</summary>
public sealed class WorkerSilentException : SubscriptionsException
{
    internal WorkerSilentException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>For how long nothing was heard; <see langword="null"/> when the server did not say.</summary>
    public TimeSpan? Silence => Details.LongNumber("silence_ms") is { } ms and >= 0 and <= MostMilliseconds ? TimeSpan.FromMilliseconds(ms) : null;

    private const long MostMilliseconds = 1000L * 60 * 60 * 24 * 365;
}
