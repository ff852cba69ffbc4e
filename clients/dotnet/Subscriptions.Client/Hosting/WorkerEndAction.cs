namespace Subscriptions.Client;

/// <summary>What a hosted worker does when it has ended by itself: for good, or because everything was delivered.</summary>
public enum WorkerEndAction
{
    /// <summary>Stop the host: with exit code 1 after an error, as it was set when everything was delivered.</summary>
    StopHost = 0,

    /// <summary>Let the host go on without this worker. An error is logged as critical.</summary>
    StopWorker = 1,
}
