using System.Text.Json;
using Subscriptions.Core.Errors;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>A caller broke the order of a conversation.</summary>
internal static class ProtocolViolation
{
    /// <summary>With a message that does not belong where it came.</summary>
    /// <param name="message">How the contract calls the message; empty for none.</param>
    /// <param name="problem">For people.</param>
    public static EngineException Of(string message, string problem) =>
        new(ErrorCode.ProtocolViolation, problem, ("field", "message"), ("value", message));

    /// <summary>With a first message that does not open.</summary>
    /// <param name="first">Which message it is, as the generated classes call it.</param>
    public static EngineException NotOpened<T>(T first)
        where T : struct, Enum
    {
        var message = first.Equals(default(T)) ? "" : JsonNamingPolicy.SnakeCaseLower.ConvertName(first.ToString());
        return Of(message, $"The first message is '{message}'; it has to be 'open'.");
    }
}
