using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Subscriptions.V1;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>What servers say.</summary>
internal static class Wire
{
    public const string DetailsTrailer = "grpc-status-details-bin";

    public static WorkOpened Opened(long fencingToken = 7, int window = 0, TimeSpan? heartbeat = null, TimeSpan? silence = null) => new()
    {
        FencingToken = fencingToken,
        ChangeVector = "cv0",
        ResumeToken = "token0",
        Node = "scripted",
        HeartbeatInterval = (heartbeat ?? TimeSpan.FromMinutes(5)).ToDuration(),
        SilenceTimeout = (silence ?? TimeSpan.FromMinutes(10)).ToDuration(),
        Window = window,
    };

    public static Item Item(string id, int attempt = 1, string? json = null) => new()
    {
        Id = id,
        Collection = "Orders",
        Content = ByteString.CopyFrom(Encoding.UTF8.GetBytes(json ?? $$"""{"Name":"{{id}}"}""")),
        Revision = "1-00",
        Seqno = 1,
        Kind = V1.ChangeKind.Put,
        Attempt = attempt,
    };

    public static WorkResponse Chunk(long batchId, bool last, params Item[] items) => new()
    {
        BatchChunk = new BatchChunk
        {
            BatchId = batchId,
            Items = { items },
            Last = last,
            ChangeVector = last ? $"cv{batchId}" : string.Empty,
            ResumeToken = last ? $"token{batchId}" : string.Empty,
        },
    };

    /// <summary>An error as the server sends it, with details.</summary>
    public static RpcException Error(string reason, StatusCode status, params (string Key, string Value)[] metadata) =>
        Error(new ErrorInfo { Domain = "subscriptions", Type = reason }, status, metadata);

    public static RpcException Error(ErrorInfo info, StatusCode status, params (string Key, string Value)[] metadata)
    {
        foreach (var (key, value) in metadata)
        {
            info.Metadata[key] = value;
        }

        var message = $"For people: {info.Type}.";
        var details = new RpcStatus { Code = (int)status, Message = message, Details = { Any.Pack(info) } };
        return new RpcException(new Status(status, message), new Metadata { { DetailsTrailer, details.ToByteArray() } });
    }

    /// <summary>An error without details, as proxies send it.</summary>
    public static RpcException Bare(StatusCode status, string detail = "no details") => new(new Status(status, detail));
}
