using System.Globalization;
using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Grpc.Work;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>The adapter of <c>subscriptions.v1.StreamService</c>, bound by <see cref="StreamMethods"/>.</summary>
internal sealed partial class StreamService(
    DatabaseCatalog databases,
    StreamServices streams,
    StreamConnections connections,
    SessionServices sessions,
    FirstMessage first,
    StallWatch stalls,
    ServerSettings settings,
    ILogger<StreamService> logger)
{
    /// <summary>One connection of one client.</summary>
    public async Task Connect(
        IAsyncStreamReader<Wire.ConnectRequest> requestStream, IServerStreamWriter<StreamFrame> responseStream, ServerCallContext context)
    {
        var open = await ReceiveOpenAsync(requestStream, context);
        var database = databases.Get(open.Database);
        var pace = StreamCommands.Change(new ConnectionSettings(), open.Settings, "open.settings");
        var peer = new StreamPeer(requestStream, responseStream, database, pace, settings.Limits);
        using var connection = new StreamConnection(database.Feed, peer, pace, streams);
        using var place = connections.Enter(database.Info.Name, open.Name, connection);
        var log = new StreamLog(logger, open, PeerAddress.Of(context));
        await responseStream.WriteAsync(new StreamFrame.Message(Opened(database, pace)), context.CancellationToken);
        log.Opened();
        try
        {
            await connection.RunAsync(context.CancellationToken);
            log.Closed();
        }
        catch (EngineException e)
        {
            log.Ended(e);
            throw e.With(("database", open.Database));
        }
    }

    /// <summary>The branches of partitions.</summary>
    public Wire.GetFailoverLogsResponse GetFailoverLogs(Wire.GetFailoverLogsRequest request)
    {
        var feed = databases.Get(request.Database).Feed;
        return PartitionMapping.ToFailoverLogs(PartitionMapping.Select(feed.Partitions, request.Partitions));
    }

    /// <summary>Where partitions stand.</summary>
    public Wire.GetPartitionSeqnosResponse GetPartitionSeqnos(Wire.GetPartitionSeqnosRequest request)
    {
        var feed = databases.Get(request.Database).Feed;
        return PartitionMapping.ToSeqnos(PartitionMapping.Select(feed.Partitions, request.Partitions));
    }

    /// <summary>Tells when partitions have something newer.</summary>
    public async Task WatchPartitions(
        Wire.WatchPartitionsRequest request, IServerStreamWriter<Wire.WatchPartitionsResponse> responseStream, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var opening = WatchOpening.Of(request, database);
        using var watch = new PartitionWatch(database.Feed, opening.Partitions, opening.Since, opening.Heartbeat, streams.Feeds);
        while (true)
        {
            var ready = await watch.WaitAsync(context.CancellationToken);
            var message = PartitionMapping.ToWire(ready);
            await stalls.GuardAsync(responseStream.WriteAsync(message, context.CancellationToken), message.CalculateSize(), context.GetHttpContext());
            if (request.Once && ready.Count > 0) return;
        }
    }

    /// <summary>Makes one token of several.</summary>
    public static Wire.CombineResumeTokensResponse CombineResumeTokens(Wire.CombineResumeTokensRequest request) =>
        new() { ResumeToken = TokenCombination.Of(request.ResumeTokens).ToString() };

    private Wire.ConnectResponse Opened(Database database, ConnectionSettings pace) => new()
    {
        Opened = new Wire.ConnectionOpened
        {
            Settings = StreamMessages.ToWire(pace),
            PartitionCount = database.Info.PartitionCount,
            Node = sessions.Timing.Node,
        },
    };

    private async Task<Wire.ConnectionOpen> ReceiveOpenAsync(IAsyncStreamReader<Wire.ConnectRequest> requests, ServerCallContext context)
    {
        var request = await first.ReceiveAsync(requests, context, Silent)
            ?? throw ProtocolViolation.Of("", "The connection was closed before it was opened.");
        return request.Open ?? throw ProtocolViolation.NotOpened(request.MessageCase);
    }

    private static EngineException Silent(TimeSpan time)
    {
        var limit = time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return new EngineException(
            ErrorCode.ClientSilent, $"The client did not open the connection within {limit} ms (Delivery:OpenTimeout).", ("silence_ms", limit));
    }
}
