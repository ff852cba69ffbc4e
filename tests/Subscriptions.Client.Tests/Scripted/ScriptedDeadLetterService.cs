using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words.</summary>
internal sealed class ScriptedDeadLetterService(ScriptedInbox inbox) : DeadLetterService.DeadLetterServiceBase
{
    public override Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<ListDeadLettersResponse>(request);

    public override Task<ListRetriesResponse> ListRetries(ListRetriesRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<ListRetriesResponse>(request);

    public override Task<ReplayDeadLettersResponse> ReplayDeadLetters(ReplayDeadLettersRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<ReplayDeadLettersResponse>(request);

    public override Task<DiscardDeadLettersResponse> DiscardDeadLetters(DiscardDeadLettersRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<DiscardDeadLettersResponse>(request);
}
