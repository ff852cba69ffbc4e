namespace Subscriptions.Client;

/// <summary>What a hosted worker does when its handler throws.</summary>
public enum HandlerErrorAction
{
    /// <summary>Give the batch back; it comes again after a pause that doubles with each failure in a row.</summary>
    NackBatch = 0,

    /// <summary>Give the batch back, end the worker and stop the host with exit code 1.</summary>
    StopHost = 1,
}
