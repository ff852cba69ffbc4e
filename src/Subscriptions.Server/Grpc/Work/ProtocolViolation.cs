using Subscriptions.Core.Errors;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>The worker broke the order of the conversation.</summary>
internal static class ProtocolViolation
{
    /// <summary>With a message that does not belong where it came.</summary>
    /// <param name="message">How the contract calls the message; empty for none.</param>
    /// <param name="problem">For people.</param>
    public static EngineException Of(string message, string problem) =>
        new(ErrorCode.ProtocolViolation, problem, ("field", "message"), ("value", message));

    /// <summary>With a first message that does not open.</summary>
    public static EngineException NotOpened(Wire.WorkRequest first)
    {
        var message = first.MessageCase == Wire.WorkRequest.MessageOneofCase.None ? "" : first.MessageCase.ToString().ToLowerInvariant();
        return Of(message, $"The first message is '{message}'; it has to be 'open'.");
    }
}
