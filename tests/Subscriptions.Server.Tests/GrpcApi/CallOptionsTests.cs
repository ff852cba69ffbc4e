using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class CallOptionsTests
{
    private static readonly DateTime Deadline = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private static readonly Metadata Headers = [];
    private static readonly WriteOptions Writing = new(WriteFlags.NoCompress);
    private static readonly CallCredentials Credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [Fact]
    public void Default_Options_HaveNothing()
    {
        var options = new CallOptions();

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
        Assert.False(options.CancellationToken.CanBeCanceled);
    }

    [Fact]
    public void With_EachInTurn_KeepsWhatWasSetBefore()
    {
        using var source = new CancellationTokenSource();

        var options = default(CallOptions)
            .WithHeaders(Headers)
            .WithDeadline(Deadline)
            .WithCancellationToken(source.Token)
            .WithWriteOptions(Writing)
            .WithCredentials(Credentials)
            .WithWaitForReady();

        Assert.Same(Headers, options.Headers);
        Assert.Equal(Deadline, options.Deadline);
        Assert.Equal(source.Token, options.CancellationToken);
        Assert.Same(Writing, options.WriteOptions);
        Assert.Same(Credentials, options.Credentials);
        Assert.True(options.IsWaitForReady);
    }

    [Fact]
    public void With_Change_LeavesTheOriginal()
    {
        var original = new CallOptions(Headers, Deadline);

        var changed = original.WithDeadline(Deadline.AddDays(1)).WithWaitForReady();

        Assert.Equal(Deadline, original.Deadline);
        Assert.False(original.IsWaitForReady);
        Assert.Same(Headers, changed.Headers);
        Assert.False(changed.WithWaitForReady(false).IsWaitForReady);
    }
}
