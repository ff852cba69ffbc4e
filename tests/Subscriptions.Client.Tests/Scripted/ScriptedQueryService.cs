using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words.</summary>
internal sealed class ScriptedQueryService(ScriptedInbox inbox) : QueryService.QueryServiceBase
{
    public override Task<TryQueryResponse> TryQuery(TryQueryRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<TryQueryResponse>(request);
}
