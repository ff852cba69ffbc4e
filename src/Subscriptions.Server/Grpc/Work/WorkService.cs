using System.Globalization;
using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry.Instruments;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>The adapter of <c>subscriptions.v1.SubscriptionService</c>, bound by <see cref="WorkMethod"/>.</summary>
internal sealed class WorkService(
    DatabaseCatalog databases,
    SessionServices sessions,
    WorkerConnections connections,
    FirstMessage first,
    ServerSettings settings,
    LeaseMetrics leases,
    ILogger<WorkService> logger)
{
    /// <summary>One conversation of one worker.</summary>
    public async Task Work(
        IAsyncStreamReader<Wire.WorkRequest> requestStream, IServerStreamWriter<WorkFrame> responseStream, ServerCallContext context)
    {
        var account = leases.Begin();
        try
        {
            await ConverseAsync(requestStream, responseStream, account, context);
            account.Ended();
        }
        catch (Exception e)
        {
            account.Failed(e, context.CancellationToken.IsCancellationRequested);
            throw;
        }
    }

    private async Task ConverseAsync(
        IAsyncStreamReader<Wire.WorkRequest> requestStream,
        IServerStreamWriter<WorkFrame> responseStream,
        LeaseMetrics.Account account,
        ServerCallContext context)
    {
        using var place = connections.Enter();
        var open = await ReceiveOpenAsync(requestStream, context);
        var opening = WorkOpening.Parse(open, PeerAddress.Of(context), sessions.Time.GetUtcNow());
        var registry = databases.Get(opening.Database).Subscriptions;
        var entry = registry.Get(opening.Subscription);
        var subscription = Open(registry, entry, opening);
        using var presence = new WorkerPresence(entry, opening.Worker, connections, account, logger);
        try
        {
            var connection = new WorkerConnection(requestStream, responseStream, presence, settings.Limits);
            await new WorkerSessionRunner(subscription, sessions, connection, opening.Worker, opening.Options).RunAsync(context.CancellationToken);
            presence.Ended(null);
        }
        catch (EngineException e)
        {
            // Reading from a broken connection fails a moment before the call is cancelled.
            if (context.CancellationToken.IsCancellationRequested || WorkerGone.Is(e)) presence.Disconnected();
            else presence.Ended(e);
            throw presence.Describe(e);
        }
    }

    // Who is sent away here has no conversation that could remember it.
    private ISessionSubscription Open(SubscriptionRegistry registry, SubscriptionEntry entry, WorkOpening opening)
    {
        try
        {
            return registry.Open(opening.Subscription);
        }
        catch (EngineException e)
        {
            entry.History.Refused(opening.Worker, e, sessions.Time.GetUtcNow());
            throw;
        }
    }

    private async Task<Wire.WorkOpen> ReceiveOpenAsync(IAsyncStreamReader<Wire.WorkRequest> requests, ServerCallContext context)
    {
        var request = await first.ReceiveAsync(requests, context, Silent)
            ?? throw ProtocolViolation.Of("", "The conversation ended before the worker opened a subscription.");
        return request.Open ?? throw ProtocolViolation.NotOpened(request.MessageCase);
    }

    private static EngineException Silent(TimeSpan time)
    {
        var limit = time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return new EngineException(
            ErrorCode.WorkerSilent, $"The worker did not open a subscription within {limit} ms (Delivery:OpenTimeout).", ("silence_ms", limit));
    }
}
