using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>The end of a conversation whose worker is not there any more to be told.</summary>
public static class WorkerGone
{
    private const string Text = "The worker disconnected.";

    /// <summary>The reason; nobody reads it but the log.</summary>
    public static EngineException Reason() => new(ErrorCode.LeaseLost, Text);

    /// <summary>Whether this is the reason.</summary>
    public static bool Is(EngineException reason) => reason is { Code: ErrorCode.LeaseLost, Message: Text };
}
