using Google.Rpc;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Xunit;

namespace Subscriptions.Client.Tests.Errors;

/// <summary>From gRPC's errors to this library's.</summary>
public sealed class ErrorMapperTests
{
    private static readonly Uri Address = new("http://10.0.0.7:50051");

    /// <summary>Every reason of the contract: its status, its type and whether trying again can help.</summary>
    public static TheoryData<V1.ErrorReason, StatusCode, Type, bool> Reasons => new()
    {
        { V1.ErrorReason.InvalidArgument, StatusCode.InvalidArgument, typeof(InvalidRequestException), false },
        { V1.ErrorReason.InvalidQuery, StatusCode.InvalidArgument, typeof(InvalidQueryException), false },
        { V1.ErrorReason.DatabaseNotFound, StatusCode.NotFound, typeof(DatabaseNotFoundException), false },
        { V1.ErrorReason.DatabaseExists, StatusCode.AlreadyExists, typeof(DatabaseExistsException), false },
        { V1.ErrorReason.DocumentNotFound, StatusCode.NotFound, typeof(DocumentNotFoundException), false },
        { V1.ErrorReason.RevisionConflict, StatusCode.Aborted, typeof(RevisionConflictException), false },
        { V1.ErrorReason.SubscriptionNotFound, StatusCode.NotFound, typeof(SubscriptionNotFoundException), false },
        { V1.ErrorReason.SubscriptionExists, StatusCode.AlreadyExists, typeof(SubscriptionExistsException), false },
        { V1.ErrorReason.SubscriptionDisabled, StatusCode.FailedPrecondition, typeof(SubscriptionDisabledException), false },
        { V1.ErrorReason.InUse, StatusCode.FailedPrecondition, typeof(SubscriptionInUseException), false },
        { V1.ErrorReason.TakenOver, StatusCode.Aborted, typeof(SubscriptionTakenOverException), false },
        { V1.ErrorReason.LeaseLost, StatusCode.Aborted, typeof(SubscriptionLeaseLostException), true },
        { V1.ErrorReason.Dropped, StatusCode.Aborted, typeof(SubscriptionDroppedException), false },
        { V1.ErrorReason.SubscriptionChanged, StatusCode.Aborted, typeof(SubscriptionChangedException), true },
        { V1.ErrorReason.WorkerSilent, StatusCode.DeadlineExceeded, typeof(WorkerSilentException), true },
        { V1.ErrorReason.AckTimeout, StatusCode.DeadlineExceeded, typeof(AckTimeoutException), true },
        { V1.ErrorReason.ProtocolViolation, StatusCode.InvalidArgument, typeof(ProtocolViolationException), false },
        { V1.ErrorReason.ShuttingDown, StatusCode.Unavailable, typeof(ServerUnavailableException), true },
        { V1.ErrorReason.LimitExceeded, StatusCode.ResourceExhausted, typeof(LimitExceededException), false },
        { V1.ErrorReason.DiskFull, StatusCode.ResourceExhausted, typeof(DiskFullException), true },
        { V1.ErrorReason.StoreFailed, StatusCode.Unavailable, typeof(StoreFailedException), true },
        { V1.ErrorReason.StoreFailed, StatusCode.DataLoss, typeof(StoreFailedException), false },
        { V1.ErrorReason.NotSupported, StatusCode.Unimplemented, typeof(NotSupportedByServerException), false },
        { V1.ErrorReason.Internal, StatusCode.Internal, typeof(ServerFaultException), false },
        { V1.ErrorReason.DatabaseDropped, StatusCode.Aborted, typeof(DatabaseDroppedException), false },
        { V1.ErrorReason.RevisionsNotConfigured, StatusCode.FailedPrecondition, typeof(RevisionsNotConfiguredException), false },
        { V1.ErrorReason.HistoryChanged, StatusCode.Aborted, typeof(HistoryChangedException), true },
        { V1.ErrorReason.DatabaseBusy, StatusCode.Unavailable, typeof(DatabaseBusyException), true },
        { V1.ErrorReason.CannotRewind, StatusCode.FailedPrecondition, typeof(CannotRewindException), false },
        { V1.ErrorReason.InvalidBackup, StatusCode.InvalidArgument, typeof(InvalidBackupException), false },
        { V1.ErrorReason.PartitionNotFound, StatusCode.NotFound, typeof(PartitionNotFoundException), false },
        { V1.ErrorReason.StreamExists, StatusCode.AlreadyExists, typeof(StreamRefusedException), false },
        { V1.ErrorReason.StreamNotFound, StatusCode.NotFound, typeof(StreamRefusedException), false },
        { V1.ErrorReason.OutOfRange, StatusCode.OutOfRange, typeof(StreamRefusedException), false },
        { V1.ErrorReason.ConnectionReplaced, StatusCode.Aborted, typeof(ConnectionReplacedException), false },
        { V1.ErrorReason.ClientSilent, StatusCode.DeadlineExceeded, typeof(ClientSilentException), true },
    };

    [Fact]
    public void Reasons_OfTheContract_AreAllInTheTableAndInTheClientsEnum()
    {
        var contract = Enum.GetValues<V1.ErrorReason>().Where(r => r != V1.ErrorReason.Unspecified).ToArray();

        Assert.Equal(contract.Order(), Reasons.Select(row => row.Data.Item1).Distinct().Order());
        Assert.Equal(
            contract.Select(r => (r.ToString(), (int)r)).Order(),
            Enum.GetValues<ErrorReason>().Where(r => r != ErrorReason.Unknown).Select(r => (r.ToString(), (int)r)).Order());
    }

    [Fact]
    public void Documentation_TableOfErrors_SaysWhatTheClientDoes()
    {
        var expected = Reasons.Select(row => row.Data).Select(
            row => $"| `{WireName(row.Item1)}` | {row.Item2} | `{row.Item3.Name}` | {(row.Item4 ? "reconnects" : "ends")} |");

        var documented = File.ReadLines(Path.Combine(RepositoryRoot(), "docs", "errors.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        Assert.Equal(expected.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Map_Reason_HasItsTypeAndSaysWhetherToRetry(V1.ErrorReason reason, StatusCode status, Type type, bool isRetryable)
    {
        var name = WireName(reason);
        var error = Wire.Error(name, status, ("key", "value"));

        var mapped = ErrorMapper.Map(error, Address);

        Assert.IsType(type, mapped);
        Assert.Equal(((ErrorReason)reason, name, isRetryable), (mapped.Reason, mapped.ReasonName, mapped.IsRetryable));
        Assert.Equal($"For people: {name}.", mapped.Message);
        Assert.Equal([new("key", "value")], mapped.Metadata);
        Assert.Same(error, mapped.InnerException);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, typeof(ServerUnavailableException), true, "cannot be reached")]
    [InlineData(StatusCode.DeadlineExceeded, typeof(ServerUnavailableException), true, "did not answer in time")]
    [InlineData(StatusCode.Cancelled, typeof(SubscriptionsException), true, "failed")]
    [InlineData(StatusCode.Aborted, typeof(SubscriptionsException), true, "failed")]
    [InlineData(StatusCode.Unknown, typeof(SubscriptionsException), true, "failed")]
    [InlineData(StatusCode.Internal, typeof(SubscriptionsException), true, "failed")]
    [InlineData(StatusCode.Unimplemented, typeof(NotSupportedByServerException), false, "is no Subscriptions server")]
    [InlineData(StatusCode.ResourceExhausted, typeof(SubscriptionsException), false, "SubscriptionsClientOptions.MaxMessageBytes")]
    [InlineData(StatusCode.Unauthenticated, typeof(SubscriptionsException), false, "failed")]
    [InlineData(StatusCode.PermissionDenied, typeof(SubscriptionsException), false, "failed")]
    [InlineData(StatusCode.InvalidArgument, typeof(SubscriptionsException), false, "failed")]
    [InlineData(StatusCode.NotFound, typeof(SubscriptionsException), false, "failed")]
    [InlineData(StatusCode.DataLoss, typeof(SubscriptionsException), false, "failed")]
    public void Map_StatusWithoutDetails_GoesByTheCode(StatusCode status, Type type, bool isRetryable, string text)
    {
        var mapped = ErrorMapper.Map(Wire.Bare(status, "some text"), Address);

        Assert.IsType(type, mapped);
        Assert.Equal((isRetryable, string.Empty), (mapped.IsRetryable, mapped.ReasonName));
        Assert.Equal(status == StatusCode.Unimplemented ? ErrorReason.NotSupported : ErrorReason.Unknown, mapped.Reason);
        Assert.Contains(text, mapped.Message, StringComparison.Ordinal);
        Assert.Contains("some text", mapped.Message, StringComparison.Ordinal);
        Assert.Contains(Address.ToString(), mapped.Message, StringComparison.Ordinal);
        Assert.Empty(mapped.Metadata);
    }

    [Theory]
    [InlineData("A_REASON_OF_TOMORROW")]
    [InlineData("11")]
    [InlineData("IN_USE,DROPPED")]
    [InlineData("")]
    [InlineData("_")]
    public void Map_ReasonThatIsUnknown_KeepsItAndGoesByTheCode(string name)
    {
        var aborted = ErrorMapper.Map(Wire.Error(name, StatusCode.Unavailable, ("key", "value")), Address);
        var denied = ErrorMapper.Map(Wire.Error(name, StatusCode.PermissionDenied), Address);

        Assert.Equal((ErrorReason.Unknown, name, true), (aborted.Reason, aborted.ReasonName, aborted.IsRetryable));
        Assert.Equal("value", aborted.Metadata["key"]);
        Assert.False(denied.IsRetryable);
    }

    [Fact]
    public void Map_DetailsOfAnotherDomain_AreNotTheServers()
    {
        var error = Wire.Error(new ErrorInfo { Domain = "proxy.example", Type = "IN_USE" }, StatusCode.Unavailable);

        var mapped = ErrorMapper.Map(error, Address);

        Assert.IsType<ServerUnavailableException>(mapped);
        Assert.Equal(ErrorReason.Unknown, mapped.Reason);
    }

    [Fact]
    public void Map_DetailsThatCannotBeRead_AreAsGoodAsNone()
    {
        var trailers = new Metadata { { Wire.DetailsTrailer, [0xFF, 0xFF, 0xFF, 0x01] } };

        var mapped = ErrorMapper.Map(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "x"), trailers), Address);

        Assert.IsType<ServerUnavailableException>(mapped);
    }

    [Fact]
    public void Map_SocketError_SaysWhatTheSocketSaid()
    {
        var cause = new HttpRequestException("outer", new IOException("Connection refused"));
        var status = new Grpc.Core.Status(StatusCode.Unavailable, "Error connecting to subchannel.", cause);

        Assert.Contains("Connection refused (Error connecting to subchannel.)", ErrorMapper.Map(new RpcException(status), Address).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RevisionConflict_Metadata_IsReadable()
    {
        var mapped = ErrorMapper.Map(
            Wire.Error("REVISION_CONFLICT", StatusCode.Aborted, ("operation", "3"), ("id", "orders/1"), ("current_revision", "2-ab")), Address);

        var conflict = Assert.IsType<RevisionConflictException>(mapped);
        Assert.Equal((3, "orders/1", "2-ab"), (conflict.OperationIndex, conflict.Id, conflict.CurrentRevision));
    }

    [Fact]
    public void RevisionConflict_DocumentGone_HasNoRevision()
    {
        var mapped = ErrorMapper.Map(
            Wire.Error("REVISION_CONFLICT", StatusCode.Aborted, ("operation", "x"), ("id", "orders/1"), ("current_revision", "")), Address);

        var conflict = Assert.IsType<RevisionConflictException>(mapped);
        Assert.Null(conflict.CurrentRevision);
        Assert.Equal(0, conflict.OperationIndex);
    }

    [Fact]
    public void LimitExceeded_Metadata_IsReadable()
    {
        var mapped = ErrorMapper.Map(
            Wire.Error("LIMIT_EXCEEDED", StatusCode.ResourceExhausted, ("limit", "64"), ("setting", "limits.databases")), Address);

        var limit = Assert.IsType<LimitExceededException>(mapped);
        Assert.Equal(("64", "limits.databases"), (limit.Limit, limit.Setting));
    }

    [Fact]
    public void InvalidRequest_Metadata_IsReadable()
    {
        var mapped = ErrorMapper.Map(Wire.Error("INVALID_ARGUMENT", StatusCode.InvalidArgument, ("field", "max_docs"), ("value", "0")), Address);

        var invalid = Assert.IsType<InvalidRequestException>(mapped);
        Assert.Equal(("max_docs", "0"), (invalid.Field, invalid.Value));
    }

    private static string WireName(V1.ErrorReason reason) =>
        V1.ErrorsReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason).Name["ERROR_REASON_".Length..];

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
