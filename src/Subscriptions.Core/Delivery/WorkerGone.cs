using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>The end of a conversation whose worker is not there any more to be told.</summary>
public static class WorkerGone
{
    /// <summary>The reason; nobody reads it but the log.</summary>
    public static EngineException Reason() => new(ErrorCode.LeaseLost, "The worker disconnected.");
}
