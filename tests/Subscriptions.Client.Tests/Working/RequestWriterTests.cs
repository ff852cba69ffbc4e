using Grpc.Core;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

public sealed class RequestWriterTests
{
    public static TheoryData<Exception> Breaks =>
    [
        new RpcException(new Status(StatusCode.Unavailable, "gone")),
        new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely."),
        new HttpRequestException("The connection was reset."),
        new InvalidOperationException("The call is over."),
    ];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task RunAsync_ConnectionBreaksWhileItWrites_EndsQuietlyAndTakesNoMore(Exception broken)
    {
        var writer = new RequestWriter(new BrokenWriter(broken));
        Assert.True(writer.Queue.TryWrite(new WorkRequest()));

        await writer.RunAsync(TestContext.Current.CancellationToken).Within();

        Assert.False(writer.Queue.TryWrite(new WorkRequest()));
    }

    private sealed class BrokenWriter(Exception broken) : IClientStreamWriter<WorkRequest>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(WorkRequest message) => Task.FromException(broken);

        public Task WriteAsync(WorkRequest message, CancellationToken cancellationToken) => Task.FromException(broken);

        public Task CompleteAsync() => Task.FromException(broken);
    }
}
