using Grpc.Core;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Sends on streams that the server may end at any time.</summary>
internal static class StreamWriterExtensions
{
    /// <summary>Sends a message. When the server has ended the call, reading tells why, not writing.</summary>
    public static async Task SendAsync<T>(this IClientStreamWriter<T> writer, T message)
    {
        try
        {
            await writer.WriteAsync(message, TestContext.Current.CancellationToken).Within();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            // The call is over.
        }
    }
}
