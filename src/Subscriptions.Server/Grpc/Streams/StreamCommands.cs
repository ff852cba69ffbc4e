using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Changes;
using Subscriptions.Server.Grpc.Errors;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>What a connection's client says, from the wire.</summary>
internal static class StreamCommands
{
    /// <summary>What a client says after it has opened.</summary>
    /// <param name="request">The message.</param>
    /// <param name="database">The connection's database.</param>
    /// <exception cref="EngineException">It opens again, or says nothing that is known.</exception>
    public static StreamCommand ToCommand(Wire.ConnectRequest request, Database database) => request.MessageCase switch
    {
        Wire.ConnectRequest.MessageOneofCase.Control => new StreamCommand.Control(settings => Named(() => Change(settings, request.Control, "control"))),
        Wire.ConnectRequest.MessageOneofCase.StreamOpen => ToOpen(request.StreamOpen, database),
        Wire.ConnectRequest.MessageOneofCase.StreamClose => new StreamCommand.Close(request.StreamClose.StreamId),
        Wire.ConnectRequest.MessageOneofCase.BufferAck => ToAck(request.BufferAck.Bytes),
        Wire.ConnectRequest.MessageOneofCase.NoopReply => new StreamCommand.NoopReply(),
        Wire.ConnectRequest.MessageOneofCase.Open =>
            throw ProtocolViolation.Of("open", "The client opened a second time; a connection has one database and one name."),
        _ => throw ProtocolViolation.Of("", "A message is empty, or of a kind that this server does not know."),
    };

    /// <summary>Settings with those changed that a client names.</summary>
    /// <exception cref="InvalidInputException">One is outside its limits.</exception>
    public static ConnectionSettings Change(ConnectionSettings settings, Wire.ConnectionSettings? change, string field)
    {
        if (change is null) return settings;

        return (settings with
        {
            BufferBytes = change.HasBufferBytes ? change.BufferBytes : settings.BufferBytes,
            NoopInterval = Time(change.NoopInterval, $"{field}.noop_interval") ?? settings.NoopInterval,
            IdleTimeout = Time(change.IdleTimeout, $"{field}.idle_timeout") ?? settings.IdleTimeout,
            TokenOnEveryChange = change.HasTokenOnEveryChange ? change.TokenOnEveryChange : settings.TokenOnEveryChange,
        }).Checked(field);
    }

    private static StreamCommand ToOpen(Wire.StreamOpen open, Database database)
    {
        try
        {
            return new StreamCommand.Open(Named(() => ToRequest(open, database)));
        }
        catch (EngineException e)
        {
            return new StreamCommand.Unsound(open.StreamId, e);
        }
    }

    private static StreamRequest ToRequest(Wire.StreamOpen open, Database database)
    {
        var flags = StreamFlagNames.Parse(open.Flags);
        if (open.HasEndSeqno && (flags & (StreamFlags.ToLatest | StreamFlags.DiskOnly)) != 0)
            throw new InvalidInputException("stream_open.end_seqno", Show(open.EndSeqno), "contradicts TO_LATEST or DISK_ONLY, which say where the stream ends; leave one of them out");
        if (open.HasEndSeqno && open.EndSeqno < 0) throw Negative("stream_open.end_seqno", open.EndSeqno);

        return new StreamRequest
        {
            Id = open.StreamId,
            Partition = open.Partition,
            Start = StartOf(open, database),
            End = open.HasEndSeqno ? open.EndSeqno : null,
            Flags = flags,
            Filter = open.Filter is null ? null : () => Named(() => FilterOf(open.Filter, database)),
        };
    }

    private static Position StartOf(Wire.StreamOpen open, Database database) => open.StartCase switch
    {
        Wire.StreamOpen.StartOneofCase.ResumeToken => ResumeToken.TryParse(open.ResumeToken, out var token)
            ? token[open.Partition]
            : throw new InvalidInputException("stream_open.resume_token", open.ResumeToken, "is not a resume token that this server gave"),
        Wire.StreamOpen.StartOneofCase.Position => ToPosition(open.Partition, open.Position),
        _ => Position.Beginning(open.Partition),
    };

    private static Position ToPosition(int partition, Wire.StreamPosition position)
    {
        const string Field = "stream_open.position";
        var branch = BranchId.None;
        if (position.Branch.Length > 0 && !BranchId.TryParse(position.Branch, out branch))
            throw new InvalidInputException($"{Field}.branch", position.Branch, "is not a branch, which has 16 hex digits");
        if (position.Seqno < 0) throw Negative($"{Field}.seqno", position.Seqno);
        if (position.SnapshotStart < 0) throw Negative($"{Field}.snapshot_start", position.SnapshotStart);
        if (position.PurgeSeqno < 0) throw Negative($"{Field}.purge_seqno", position.PurgeSeqno);
        return new Position(
            partition,
            branch,
            position.Seqno,
            position.HasSnapshotStart ? position.SnapshotStart : position.Seqno,
            position.HasSnapshotEnd ? position.SnapshotEnd : position.Seqno,
            position.PurgeSeqno);
    }

    private static IChangeView FilterOf(Wire.ChangeFilter filter, Database database) =>
        FeedFilter.Parse(filter, database).View ?? throw new InvalidOperationException("A filter that lets everything pass.");

    private static StreamCommand.BufferAck ToAck(long bytes) => bytes >= 0
        ? new StreamCommand.BufferAck(bytes)
        : throw ProtocolViolation.Of("buffer_ack", $"The client acked {Show(bytes)} bytes.");

    private static TimeSpan? Time(Duration? duration, string field) => duration is null ? null : WireTime.ToTimeSpan(duration, field);

    private static InvalidInputException Negative(string field, long value) => new(field, Show(value), "is negative");

    private static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    // What is wrong with a field, as a reason of the contract.
    private static T Named<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InvalidInputException e)
        {
            throw Failures.ToEngineException(e);
        }
    }
}
