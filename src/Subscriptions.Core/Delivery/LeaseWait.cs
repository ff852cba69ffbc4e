using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>The part of a conversation before the lease is granted: tells the worker its place, keeps the connection alive.</summary>
internal sealed class LeaseWait(
    SessionInbox inbox, OutboundQueue outbound, SharedTicker.Entry tick, SessionServices services, ConnectionHistory history)
{
    private DateTimeOffset _lastHeard = services.Time.GetUtcNow();
    private DateTimeOffset _lastHeartbeat = services.Time.GetUtcNow();

    /// <summary>Waits for the lease.</summary>
    /// <returns>The progress to start from; null when the worker has half-closed and wants nothing any more.</returns>
    /// <exception cref="EngineException">The request was refused or ended.</exception>
    public async Task<SubscriptionProgress?> GrantAsync()
    {
        while (true)
        {
            tick.Due(_lastHeartbeat + services.Timing.HeartbeatInterval);
            switch (await inbox.ReadAsync(CancellationToken.None))
            {
                case LeaseNews.Granted(var progress):
                    return progress;
                case LeaseNews.Place(var place, var holder):
                    history.Waits(place);
                    outbound.Send(new ServerMessage.Waiting(holder, place));
                    break;
                case SessionEvent.Ended(var reason):
                    outbound.Send(new ServerMessage.Closing(reason));
                    throw reason;
                case SessionEvent.HalfClosed:
                    return null;
                case SessionEvent.Received(WorkerMessage.Heartbeat):
                    _lastHeard = services.Time.GetUtcNow();
                    break;
                case SessionEvent.Received:
                    throw new EngineException(ErrorCode.ProtocolViolation, "ack or nack before the subscription was opened.");
                case SessionEvent.Tick:
                    OnTick(services.Time.GetUtcNow());
                    break;
            }
        }
    }

    private void OnTick(DateTimeOffset now)
    {
        if (now - _lastHeard >= services.Timing.SilenceTimeout)
            throw new EngineException(ErrorCode.WorkerSilent, "Nothing was heard from the waiting worker for longer than the silence timeout.");
        if (now - _lastHeartbeat < services.Timing.HeartbeatInterval) return;

        _lastHeartbeat = now;
        if (!outbound.IsBusy) outbound.Send(new ServerMessage.Heartbeat(0, 0));
    }
}
