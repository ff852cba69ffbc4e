using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Monitoring;

/// <summary>The adapter of <c>subscriptions.v1.MonitoringService</c>.</summary>
internal sealed class MonitoringService(DatabaseCatalog databases, SessionServices sessions, ServingState serving)
    : Wire.MonitoringService.MonitoringServiceBase
{
    // Events of one batch that come within this are one message: a watch of thousands of batches a second costs no more than a few hundred messages.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FiguresInterval = TimeSpan.FromSeconds(1);

    public override async Task<Wire.GetFiguresResponse> GetFigures(Wire.GetFiguresRequest request, ServerCallContext context)
    {
        var watched = Find(request.Database, request.Subscription);
        var figures = await ReadAsync(watched, context.CancellationToken);
        return new Wire.GetFiguresResponse { Snapshot = MonitoringMapping.ToWire(figures, watched.Entry.History.GetSnapshot()) };
    }

    public override async Task WatchSubscription(
        Wire.WatchSubscriptionRequest request, IServerStreamWriter<Wire.WatchSubscriptionResponse> responseStream, ServerCallContext context)
    {
        var watched = Find(request.Database, request.Subscription);
        using var watch = watched.Entry.History.Watch();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, serving.Stopping);
        try
        {
            await FollowAsync(watched, watch, responseStream, stop.Token);
        }
        catch (OperationCanceledException) when (serving.Stopping.IsCancellationRequested)
        {
            throw ServingState.ShuttingDown();
        }
    }

    private async Task FollowAsync(
        Watched watched, HistoryWatch watch, IServerStreamWriter<Wire.WatchSubscriptionResponse> responses, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Gathering, sessions.Time);
        var toldAt = sessions.Time.GetTimestamp();
        var start = MonitoringMapping.ToWire(await ReadAsync(watched, cancellationToken), watch.Start);
        await responses.WriteAsync(Stamp(new Wire.WatchSubscriptionResponse { Snapshot = start }), cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var response in WatchEvents.Take(watch)) await responses.WriteAsync(Stamp(response), cancellationToken);
            if (sessions.Time.GetElapsedTime(toldAt) < FiguresInterval) continue;

            toldAt = sessions.Time.GetTimestamp();
            CheckExists(watched);
            var figures = await ReadAsync(watched, cancellationToken);
            await responses.WriteAsync(Stamp(new Wire.WatchSubscriptionResponse { Figures = figures }), cancellationToken);
        }
    }

    private Watched Find(string databaseName, string subscription)
    {
        var database = databases.Get(databaseName);
        return new Watched(database, database.Subscriptions.Get(subscription));
    }

    // Another one of the same name is not the one that is watched. A database that was restored or rewound has its subscriptions as before.
    private void CheckExists(Watched watched)
    {
        var name = watched.Entry.Definition.Name;
        if (!ReferenceEquals(databases.Get(watched.Database.Info.Name.Value).Subscriptions, watched.Database.Subscriptions)
            || !ReferenceEquals(watched.Database.Subscriptions.Get(name), watched.Entry))
        {
            throw new EngineException(ErrorCode.SubscriptionNotFound, "The subscription was deleted.", ("subscription", name));
        }
    }

    private static async Task<Wire.SubscriptionFigures> ReadAsync(Watched watched, CancellationToken cancellationToken)
    {
        var registry = watched.Database.Subscriptions;
        var failed = await registry.FailedItems.CountAsync(watched.Entry, cancellationToken);
        var lagTime = await registry.GetLagTimeAsync(watched.Entry, cancellationToken);
        return MonitoringMapping.ToWire(watched.Entry, registry.GetLag(watched.Entry), lagTime, failed);
    }

    private Wire.WatchSubscriptionResponse Stamp(Wire.WatchSubscriptionResponse response)
    {
        response.At = Timestamp.FromDateTimeOffset(sessions.Time.GetUtcNow());
        return response;
    }

    private sealed record Watched(Database Database, SubscriptionEntry Entry);
}
