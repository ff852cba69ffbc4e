using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words; of a live view, says them one after the other.</summary>
internal sealed class ScriptedMonitoringService(ScriptedInbox inbox) : MonitoringService.MonitoringServiceBase
{
    public override Task<GetFiguresResponse> GetFigures(GetFiguresRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<GetFiguresResponse>(request);

    public override async Task WatchSubscription(
        WatchSubscriptionRequest request, IServerStreamWriter<WatchSubscriptionResponse> responseStream, ServerCallContext context)
    {
        inbox.Answers.Requests.Enqueue(request);
        try
        {
            await foreach (var say in inbox.Watched.Reader.ReadAllAsync(context.CancellationToken)) await responseStream.WriteAsync(say());
        }
        catch (OperationCanceledException)
        {
            inbox.WatchLeft.TrySetResult();
            throw;
        }
    }
}
