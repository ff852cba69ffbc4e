namespace Subscriptions.Client;

/// <summary>Who is told about a worker's connection, by the task that reads it. Nothing may be thrown.</summary>
internal interface IConnectionObserver
{
    /// <summary>Something happened.</summary>
    void OnEvent(WorkerEvent e);

    /// <summary>The application's own code, called on the way, failed.</summary>
    void OnCallbackFailed(string callback, Exception exception);

    /// <summary>The conversation is over. Called once, last.</summary>
    /// <param name="failure">What went wrong; <see langword="null"/> when it was closed by this side, or drained.</param>
    /// <param name="wasAnswered">Whether the server said anything on it.</param>
    /// <returns>What is to be done about it.</returns>
    ConnectionEnd OnEnded(SubscriptionsException? failure, bool wasAnswered);
}
