using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>Which endings are final for a worker, and which it mends by itself.</summary>
public sealed class EndingTests
{
    public static TheoryData<string, StatusCode, Type> Final => new()
    {
        { "TAKEN_OVER", StatusCode.Aborted, typeof(SubscriptionTakenOverException) },
        { "DROPPED", StatusCode.Aborted, typeof(SubscriptionDroppedException) },
        { "IN_USE", StatusCode.FailedPrecondition, typeof(SubscriptionInUseException) },
        { "SUBSCRIPTION_NOT_FOUND", StatusCode.NotFound, typeof(SubscriptionNotFoundException) },
        { "SUBSCRIPTION_DISABLED", StatusCode.FailedPrecondition, typeof(SubscriptionDisabledException) },
        { "DATABASE_NOT_FOUND", StatusCode.NotFound, typeof(DatabaseNotFoundException) },
        { "DATABASE_DROPPED", StatusCode.Aborted, typeof(DatabaseDroppedException) },
        { "REVISIONS_NOT_CONFIGURED", StatusCode.FailedPrecondition, typeof(RevisionsNotConfiguredException) },
        { "LIMIT_EXCEEDED", StatusCode.ResourceExhausted, typeof(LimitExceededException) },
        { "INVALID_ARGUMENT", StatusCode.InvalidArgument, typeof(InvalidRequestException) },
        { "PROTOCOL_VIOLATION", StatusCode.InvalidArgument, typeof(ProtocolViolationException) },
        { "NOT_SUPPORTED", StatusCode.Unimplemented, typeof(NotSupportedByServerException) },
        { "INTERNAL", StatusCode.Internal, typeof(ServerFaultException) },
        { "STORE_FAILED", StatusCode.DataLoss, typeof(StoreFailedException) },
    };

    public static TheoryData<string, StatusCode, Type> Mended => new()
    {
        { "SHUTTING_DOWN", StatusCode.Unavailable, typeof(ServerUnavailableException) },
        { "SUBSCRIPTION_CHANGED", StatusCode.Aborted, typeof(SubscriptionChangedException) },
        { "LEASE_LOST", StatusCode.Aborted, typeof(SubscriptionLeaseLostException) },
        { "WORKER_SILENT", StatusCode.DeadlineExceeded, typeof(WorkerSilentException) },
        { "ACK_TIMEOUT", StatusCode.DeadlineExceeded, typeof(AckTimeoutException) },
        { "DISK_FULL", StatusCode.ResourceExhausted, typeof(DiskFullException) },
        { "HISTORY_CHANGED", StatusCode.Aborted, typeof(HistoryChangedException) },
        { "DATABASE_BUSY", StatusCode.Unavailable, typeof(DatabaseBusyException) },
        { "STORE_FAILED", StatusCode.Unavailable, typeof(StoreFailedException) },
        { "A_REASON_OF_TOMORROW", StatusCode.Unavailable, typeof(SubscriptionsException) },
    };

    /// <summary>Reasons that single requests or partition streams are refused with, or end with, and no worker's conversation.</summary>
    private static readonly string[] NoEndings =
    [
        "UNSPECIFIED", "INVALID_QUERY", "DATABASE_EXISTS", "DOCUMENT_NOT_FOUND", "REVISION_CONFLICT", "SUBSCRIPTION_EXISTS", "CANNOT_REWIND", "INVALID_BACKUP",
        "PARTITION_NOT_FOUND", "STREAM_EXISTS", "STREAM_NOT_FOUND", "OUT_OF_RANGE", "CONNECTION_REPLACED", "CLIENT_SILENT",
    ];

    [Fact]
    public void Tables_EveryReasonOfTheContract_IsInOneOfThem()
    {
        var reasons = V1.ErrorsReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(ErrorReason))
            .Values.Select(value => value.Name["ERROR_REASON_".Length..]);

        var named = Final.Select(row => row.Data.Item1).Concat(Mended.Select(row => row.Data.Item1)).Concat(NoEndings);

        Assert.Empty(reasons.Except(named));
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task Final_WhileOpen_EndsTheEnumerationAtOnce(string reason, StatusCode status, Type type)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await reader.EventAsync<WorkerEvent.Connected>();

        call.FailWith(reason, status);

        await AssertEndedAsync(server, reader, reason, type);
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task Final_BeforeOpened_EndsTheEnumerationAtOnce(string reason, StatusCode status, Type type)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptAsync();

        call.FailWith(reason, status);

        await AssertEndedAsync(server, reader, reason, type);
    }

    [Theory]
    [MemberData(nameof(Mended))]
    public async Task Retryable_WhileOpen_ConnectsAgain(string reason, StatusCode status, Type type)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await reader.EventAsync<WorkerEvent.Connected>();

        call.FailWith(reason, status);

        var disconnected = await reader.EventAsync<WorkerEvent.Disconnected>();
        Assert.Equal((reason, type, true), (disconnected.Cause.ReasonName, disconnected.Cause.GetType(), disconnected.Cause.IsRetryable));
        var second = await server.AcceptOpenAsync();
        await second.SendBatchAsync(1, "a");
        Assert.Equal(1, (await reader.NextAsync()).BatchId);
    }

    [Fact]
    public async Task InUse_WithHolder_TellsWhoItIs()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptAsync();
        call.FailWith(
            "IN_USE",
            StatusCode.FailedPrecondition,
            ("database", "shop"),
            ("subscription", "ship"),
            ("holder", "shipping-2"),
            ("holder_address", "10.0.0.7:4711"),
            ("holder_since", "2030-01-02T03:04:05.678Z"),
            ("holder_strategy", "TAKE_OVER"));

        var failure = await reader.FailsAsync<SubscriptionInUseException>();

        var since = new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        Assert.Equal(new SubscriptionHolder("shipping-2", "10.0.0.7:4711", since, OpeningStrategy.TakeOver), failure.Holder);
        Assert.Equal("ship", failure.Metadata["subscription"]);
    }

    [Fact]
    public async Task TakenOver_WithHolder_TellsTheNewOne()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        call.FailWith("TAKEN_OVER", StatusCode.Aborted, ("holder", "newcomer"));

        var failure = await reader.FailsAsync<SubscriptionTakenOverException>();

        Assert.Equal(new SubscriptionHolder("newcomer", string.Empty, null, null), failure.Holder);
    }

    [Fact]
    public async Task Final_WithABatchInHand_IsThrownWhenTheNextIsAskedFor()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();
        call.FailWith("DROPPED", StatusCode.Aborted);
        await reader.EventAsync<WorkerEvent.Disconnected>();

        Assert.True(batch.LeaseLost.IsCancellationRequested);
        await reader.FailsAsync<SubscriptionDroppedException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Closing_FinalThenACutOrOk_IsFinal(bool isCut)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendClosingAsync(V1.ErrorReason.TakenOver, reconnect: false, "worker 'x' took over");
        if (isCut)
        {
            call.Fail(Wire.Bare(StatusCode.Unavailable, "replaced by a proxy"));
        }
        else
        {
            call.Complete();
        }

        var failure = await reader.FailsAsync<SubscriptionTakenOverException>();

        Assert.Equal("worker 'x' took over", failure.Message);
        Assert.False(failure.IsRetryable);
        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task Closing_WithReconnect_ConnectsAgainWhateverTheReason()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendClosingAsync(V1.ErrorReason.LimitExceeded, reconnect: true);
        call.FailWith("LIMIT_EXCEEDED", StatusCode.ResourceExhausted);

        await server.AcceptOpenAsync();

        Assert.Equal(ErrorReason.LimitExceeded, (await reader.EventAsync<WorkerEvent.Disconnected>()).Cause.Reason);
    }

    [Fact]
    public async Task Closing_OfAReasonOfTomorrow_IsTakenByTheServersWord()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendClosingAsync((V1.ErrorReason)4711, reconnect: false);
        call.Complete();

        var failure = await reader.FailsAsync<SubscriptionsException>();

        Assert.Equal((ErrorReason.Unknown, "4711"), (failure.Reason, failure.ReasonName));
    }

    private static async Task AssertEndedAsync(ScriptedServer server, WorkerReader reader, string reason, Type type)
    {
        var failure = (SubscriptionsException)await Assert.ThrowsAsync(type, reader.NextAsync);
        Assert.Equal($"For people: {reason}.", failure.Message);
        Assert.Equal((reason, false), (failure.ReasonName, failure.IsRetryable));
        Assert.Null((await reader.EventAsync<WorkerEvent.Disconnected>()).RetryIn);
        Assert.Same(failure, (await reader.EventAsync<WorkerEvent.Ended>()).Cause);
        server.AssertNoFurtherCall();
    }
}
