using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class StatusTests
{
    [Fact]
    public void ToString_Status_ShowsCodeAndDetail() =>
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"no größe\")", new Status(StatusCode.NotFound, "no größe").ToString());

    [Fact]
    public void ToString_StatusWithACause_ShowsItsTypeAndMessage() =>
        Assert.Equal(
            "Status(StatusCode=\"Unavailable\", Detail=\"lost\", DebugException=\"System.IO.IOException: gone\")",
            new Status(StatusCode.Unavailable, "lost", new IOException("gone")).ToString());

    [Fact]
    public void Defaults_AreSuccessAndCancellation()
    {
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
    }

    [Fact]
    public void RpcException_OfAStatus_CarriesItsCodeCauseAndText()
    {
        var cause = new IOException("gone");
        var status = new Status(StatusCode.Unavailable, "lost", cause);

        var error = new RpcException(status);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Same(cause, error.InnerException);
        Assert.Equal(status.ToString(), error.Message);
        Assert.Empty(error.Trailers);
    }

    [Fact]
    public void RpcException_WithTrailersAndMessage_CarriesBoth()
    {
        var trailers = new Metadata { { "why", "because" } };

        var error = new RpcException(new Status(StatusCode.Aborted, "d"), trailers, "message");

        Assert.Same(trailers, error.Trailers);
        Assert.Equal("message", error.Message);
    }
}
