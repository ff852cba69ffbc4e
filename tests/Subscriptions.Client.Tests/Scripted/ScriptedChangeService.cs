using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words, and hands feeds to the test.</summary>
internal sealed class ScriptedChangeService(ScriptedInbox inbox) : ChangeService.ChangeServiceBase
{
    public override Task<GetChangesResponse> GetChanges(GetChangesRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<GetChangesResponse>(request);

    public override async Task WatchChanges(
        WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
    {
        var feed = new ScriptedFeed(request, responseStream, context);
        inbox.Feeds.Writer.TryWrite(feed);
        await feed.RunAsync();
    }
}
