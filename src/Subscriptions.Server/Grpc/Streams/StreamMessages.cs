using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Grpc.DatabaseAdmin;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>What a connection's client is told, on the wire, but for changes.</summary>
internal static class StreamMessages
{
    /// <summary>A message.</summary>
    public static Wire.ConnectResponse ToWire(StreamMessage message)
    {
        var response = message switch
        {
            StreamMessage.Settings(var settings) => new Wire.ConnectResponse { Settings = ToWire(settings) },
            StreamMessage.Opened opened => new Wire.ConnectResponse { StreamOpened = ToWire(opened) },
            StreamMessage.RolledBack back => new Wire.ConnectResponse { Rollback = ToWire(back.StreamId, back.Partition, back.Decision) },
            StreamMessage.Refused refused => new Wire.ConnectResponse { Refused = ToWire(refused) },
            StreamMessage.Snapshot snapshot => new Wire.ConnectResponse { Snapshot = ToWire(snapshot) },
            StreamMessage.Advanced advanced => new Wire.ConnectResponse { SeqnoAdvanced = ToWire(advanced) },
            StreamMessage.Ended ended => new Wire.ConnectResponse { End = ToWire(ended) },
            StreamMessage.Noop noop => new Wire.ConnectResponse { Noop = ToWire(noop) },
            _ => throw new InvalidOperationException($"{message.GetType().Name} is not sent so."),
        };
        if (message.IsCounted) response.BufferBytes = BodyOf(response).CalculateSize();
        return response;
    }

    /// <summary>What is in force.</summary>
    public static Wire.ConnectionSettings ToWire(ConnectionSettings settings) => new()
    {
        BufferBytes = settings.BufferBytes,
        NoopInterval = Duration.FromTimeSpan(settings.NoopInterval),
        IdleTimeout = Duration.FromTimeSpan(settings.IdleTimeout),
        TokenOnEveryChange = settings.TokenOnEveryChange,
    };

    /// <summary>Why and where to a reader has to go back.</summary>
    public static Wire.StreamRollback ToWire(uint streamId, PartitionState partition, StreamDecision.Rollback decision) => new()
    {
        StreamId = streamId,
        Seqno = decision.Position.Seqno,
        Reason = decision.Reason switch
        {
            RewindReason.UnknownBranch => Wire.RollbackReason.UnknownBranch,
            RewindReason.BeyondBranch => Wire.RollbackReason.BeyondBranch,
            _ => Wire.RollbackReason.Purged,
        },
        FailoverLog = { DatabaseMapping.ToWire(partition.FailoverLog) },
        Position = ToWire(decision.Position),
        ResumeToken = StreamTokens.TextOf(decision.Position),
    };

    private static Wire.StreamOpened ToWire(StreamMessage.Opened opened)
    {
        var wire = new Wire.StreamOpened
        {
            StreamId = opened.StreamId,
            FailoverLog = { DatabaseMapping.ToWire(opened.Partition.FailoverLog) },
            Position = ToWire(opened.Start),
            HighSeqno = opened.Partition.HighSeqno,
        };
        if (opened.End != long.MaxValue) wire.EndSeqno = opened.End;
        return wire;
    }

    private static Wire.StreamPosition ToWire(Position position) => new()
    {
        Branch = position.Branch == BranchId.None ? "" : position.Branch.ToString(),
        Seqno = position.Seqno,
        SnapshotStart = position.SnapshotStart,
        SnapshotEnd = position.SnapshotEnd,
        PurgeSeqno = position.PurgeSeqno,
    };

    private static Wire.Refused ToWire(StreamMessage.Refused refused)
    {
        var wire = new Wire.Refused { Reason = (Wire.ErrorReason)refused.Error.Code, Message = refused.Error.Message };
        if (refused.StreamId is { } id) wire.StreamId = id;
        foreach (var (key, value) in refused.Error.Metadata) wire.Metadata.Add(key, value);
        return wire;
    }

    private static Wire.SnapshotMarker ToWire(StreamMessage.Snapshot snapshot) => new()
    {
        StreamId = snapshot.StreamId,
        StartSeqno = snapshot.Start,
        EndSeqno = snapshot.End,
        Source = snapshot.IsFromMemory ? Wire.SnapshotSource.Memory : Wire.SnapshotSource.Disk,
        PurgeSeqno = snapshot.PurgeSeqno,
    };

    private static Wire.SeqnoAdvanced ToWire(StreamMessage.Advanced advanced) => new()
    {
        StreamId = advanced.StreamId,
        Seqno = advanced.Position.Seqno,
        ResumeToken = StreamTokens.TextOf(advanced.Position),
    };

    private static Wire.StreamEnd ToWire(StreamMessage.Ended ended) => new()
    {
        StreamId = ended.StreamId,
        Reason = (Wire.StreamEndReason)ended.Reason,
        ResumeToken = StreamTokens.TextOf(ended.Position),
        HighSeqno = ended.HighSeqno,
    };

    private static Wire.Noop ToWire(StreamMessage.Noop noop) => new()
    {
        HighSeqnos = { noop.HighSeqnos.Select(s => new Wire.PartitionSeqno { Partition = s.Partition, Seqno = s.Seqno }) },
    };

    private static IMessage BodyOf(Wire.ConnectResponse response) => response.MessageCase switch
    {
        Wire.ConnectResponse.MessageOneofCase.Snapshot => response.Snapshot,
        Wire.ConnectResponse.MessageOneofCase.SeqnoAdvanced => response.SeqnoAdvanced,
        _ => response.End,
    };
}
