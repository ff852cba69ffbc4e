using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Hands conversations to the test.</summary>
internal sealed class ScriptedSubscriptionService(ScriptedInbox inbox) : SubscriptionService.SubscriptionServiceBase
{
    public override async Task Work(
        IAsyncStreamReader<WorkRequest> requestStream, IServerStreamWriter<WorkResponse> responseStream, ServerCallContext context)
    {
        var call = new ScriptedCall(requestStream, responseStream, context);
        inbox.Work.Writer.TryWrite(call);
        await call.RunAsync();
    }
}
