using Google.Rpc;
using Grpc.Core;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.TestKit;
using Xunit;
using RpcStatus = Google.Rpc.Status;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Looks into errors as clients get them.</summary>
internal static class RpcAssert
{
    /// <summary>The call fails with a status and a reason.</summary>
    /// <returns>The reason's metadata.</returns>
    public static async Task<IDictionary<string, string>> FailsAsync<T>(StatusCode status, string reason, AsyncUnaryCall<T> call) =>
        Is(status, reason, await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.Within()));

    /// <inheritdoc cref="FailsAsync{T}(StatusCode, string, AsyncUnaryCall{T})" />
    public static async Task<IDictionary<string, string>> FailsAsync(StatusCode status, string reason, Func<Task> call) =>
        Is(status, reason, await Assert.ThrowsAsync<RpcException>(call));

    /// <summary>The error has a status and a reason.</summary>
    /// <returns>The reason's metadata.</returns>
    public static IDictionary<string, string> Is(StatusCode status, string reason, RpcException error)
    {
        var details = Details(error);
        Assert.Equal((reason, status), (details.Type, error.StatusCode));
        Assert.Equal("subscriptions", details.Domain);
        return details.Metadata;
    }

    private static ErrorInfo Details(RpcException error)
    {
        var bytes = error.Trailers.GetValueBytes(ErrorStatus.DetailsTrailer);
        Assert.True(bytes is not null, $"The error has no details: {error.Status}");
        var status = RpcStatus.Parser.ParseFrom(bytes);
        Assert.Equal((int)error.StatusCode, status.Code);
        Assert.Equal(error.Status.Detail, status.Message);
        return Assert.Single(status.Details).Unpack<ErrorInfo>();
    }
}
