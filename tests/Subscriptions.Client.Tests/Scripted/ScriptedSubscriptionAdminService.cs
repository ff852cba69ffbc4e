using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words.</summary>
internal sealed class ScriptedSubscriptionAdminService(ScriptedInbox inbox) : SubscriptionAdminService.SubscriptionAdminServiceBase
{
    public override Task<CreateSubscriptionResponse> CreateSubscription(CreateSubscriptionRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<CreateSubscriptionResponse>(request);

    public override Task<ListSubscriptionsResponse> ListSubscriptions(ListSubscriptionsRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<ListSubscriptionsResponse>(request);

    public override Task<UpdateSubscriptionResponse> UpdateSubscription(UpdateSubscriptionRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<UpdateSubscriptionResponse>(request);

    public override Task<DropWorkersResponse> DropWorkers(DropWorkersRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<DropWorkersResponse>(request);
}
