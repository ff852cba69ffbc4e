using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>The adapter of <c>subscriptions.v1.ChangeService</c>.</summary>
internal sealed class ChangeService(DatabaseCatalog databases, FeedServices feeds, StallWatch stalls) : Wire.ChangeService.ChangeServiceBase
{
    public override async Task<Wire.GetChangesResponse> GetChanges(Wire.GetChangesRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var opening = FeedOpening.Of(request, database);
        using var session = new FeedSession(database.Feed, opening.Request, opening.View, feeds);
        var sink = new PageSink(opening.Encoder);
        var end = await session.RunAsync(sink, context.CancellationToken);
        ThrowIfCutOff(end.Reason, request.Database);
        var page = sink.Page;
        page.ResumeToken = end.Token.ToString();
        page.Pending = end.Pending;
        page.Rewound = RewoundOf(session);
        return page;
    }

    public override async Task WatchChanges(
        Wire.WatchChangesRequest request, IServerStreamWriter<Wire.WatchChangesResponse> responseStream, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var opening = FeedOpening.Of(request, database);
        using var session = new FeedSession(database.Feed, opening.Request, opening.View, feeds);
        var responses = new FeedResponses(responseStream, context, stalls);
        if (RewoundOf(session) is { } rewound)
            await responses.WriteAsync(new Wire.WatchChangesResponse { Rewound = rewound }, context.CancellationToken);
        var end = await session.RunAsync(new StreamSink(responses, session, opening.Encoder), context.CancellationToken);
        await responses.WriteAsync(new Wire.WatchChangesResponse { End = ToWire(end) }, context.CancellationToken);
        ThrowIfCutOff(end.Reason, request.Database);
    }

    private static Wire.FeedRewound? RewoundOf(FeedSession session) =>
        session.Rewound is { } reason ? new Wire.FeedRewound { ResumeToken = session.Start.ToString(), Reason = reason } : null;

    private static Wire.FeedEnd ToWire(FeedEnd end) => new()
    {
        Reason = end.Reason switch
        {
            FeedEndReason.Complete => Wire.FeedEndReason.Complete,
            FeedEndReason.Limit => Wire.FeedEndReason.Limit,
            FeedEndReason.Timeout => Wire.FeedEndReason.Timeout,
            FeedEndReason.ShuttingDown => Wire.FeedEndReason.ShuttingDown,
            FeedEndReason.DatabaseDropped => Wire.FeedEndReason.DatabaseDropped,
            FeedEndReason.HistoryChanged => Wire.FeedEndReason.HistoryChanged,
            _ => Wire.FeedEndReason.Purged,
        },
        ResumeToken = end.Token.ToString(),
        Pending = end.Pending,
    };

    // A client that only looks at rows must not take these for the end of what there is.
    private static void ThrowIfCutOff(FeedEndReason reason, string database)
    {
        if (reason == FeedEndReason.ShuttingDown) throw ServingState.ShuttingDown();
        if (reason == FeedEndReason.DatabaseDropped)
            throw new EngineException(ErrorCode.DatabaseDropped, $"The database '{database}' was dropped.", ("database", database));
        if (reason == FeedEndReason.HistoryChanged)
        {
            throw new EngineException(
                ErrorCode.HistoryChanged,
                $"The database '{database}' was restored or rewound; reconnect to go on from where its history goes on.",
                ("database", database));
        }
    }
}
