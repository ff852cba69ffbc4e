using System.Globalization;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>What servers say on streams. A token is the place as text: partition:seqno:start:end.</summary>
internal static class StreamWire
{
    public const string BranchA = "000000000000000a";
    public const string BranchB = "000000000000000b";

    public static string Token(long seqno, long start, long end, int partition = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{partition}:{seqno}:{start}:{end}");

    public static (long Seqno, long Start, long End) Place(string token)
    {
        var parts = token.Split(':');
        return (Number(1), Number(2), Number(3));

        long Number(int index) => long.Parse(parts[index], CultureInfo.InvariantCulture);
    }

    public static ConnectResponse Opened(StreamOpen open, long high, string branch = BranchA)
    {
        var (seqno, start, end) = open.ResumeToken.Length > 0 ? Place(open.ResumeToken) : (0, 0, 0);
        var fromLatest = open.Flags.Contains(StreamFlag.FromLatest);
        var response = new ConnectResponse
        {
            StreamOpened = new StreamOpened
            {
                StreamId = open.StreamId,
                FailoverLog = { new FailoverLogEntry { Branch = branch } },
                Position = fromLatest
                    ? new StreamPosition { Branch = branch, Seqno = high }
                    : new StreamPosition { Branch = branch, Seqno = seqno, SnapshotStart = start, SnapshotEnd = end },
                HighSeqno = high,
            },
        };
        if (open.Flags.Contains(StreamFlag.ToLatest)) response.StreamOpened.EndSeqno = high;
        return response;
    }

    public static ConnectResponse Snapshot(uint stream, long start, long end, long purged = 0) => new()
    {
        Snapshot = new SnapshotMarker { StreamId = stream, StartSeqno = start, EndSeqno = end, Source = V1.SnapshotSource.Memory, PurgeSeqno = purged },
        BufferBytes = 10,
    };

    /// <summary>Changes of the snapshot start..end; ids are d and the seqno.</summary>
    public static ConnectResponse Rows(uint stream, long start, long end, params long[] seqnos) => new()
    {
        Changes = new StreamChanges
        {
            StreamId = stream,
            Changes =
            {
                seqnos.Select(seqno => new V1.ChangeRow
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"d{seqno}"),
                    Kind = V1.ChangeKind.Put,
                    Seqno = seqno,
                }),
            },
            ResumeToken = Token(seqnos[^1], start, end),
        },
        BufferBytes = 100,
    };

    public static ConnectResponse Advanced(uint stream, long start, long end, long seqno) => new()
    {
        SeqnoAdvanced = new SeqnoAdvanced { StreamId = stream, Seqno = seqno, ResumeToken = Token(seqno, start, end) },
        BufferBytes = 10,
    };

    public static ConnectResponse Rollback(uint stream, long seqno, V1.RollbackReason reason = V1.RollbackReason.BeyondBranch) => new()
    {
        Rollback = new StreamRollback
        {
            StreamId = stream,
            Seqno = seqno,
            Reason = reason,
            FailoverLog = { new FailoverLogEntry { Branch = BranchB, StartSeqno = seqno }, new FailoverLogEntry { Branch = BranchA } },
            Position = new StreamPosition { Branch = BranchA, Seqno = seqno },
            ResumeToken = Token(seqno, seqno, seqno),
        },
    };

    public static ConnectResponse End(uint stream, V1.StreamEndReason reason, long high = 100) => new()
    {
        End = new StreamEnd { StreamId = stream, Reason = reason, HighSeqno = high },
        BufferBytes = 10,
    };

    public static ConnectResponse Refused(uint stream, V1.ErrorReason reason) => new()
    {
        Refused = new Refused { StreamId = stream, Reason = reason, Message = "for people" },
    };
}
