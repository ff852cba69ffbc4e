using Subscriptions.Core.Delivery.Flows;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>One worker of a flow, by hand.</summary>
internal sealed class FlowWorker(SubscriptionFlow flow, FlowMember member, FlowObserver observer, string? rewound)
{
    private long _acked;

    public SubscriptionFlow Flow => flow;

    public FlowObserver Observer => observer;

    /// <summary>What was moved back for it; null: nothing.</summary>
    public string? Rewound => rewound;

    /// <summary>Searches once.</summary>
    public Task<FlowStep> NextAsync() => NextAsync(waitFirst: false);

    /// <summary>Searches once, or gives up.</summary>
    public Task<FlowStep> NextUntilAsync(CancellationToken givesUp, bool waitFirst = false) => flow.NextAsync(member, waitFirst, givesUp).Within();

    /// <summary>Searches, which must find something.</summary>
    public async Task<FlowStep> TakeAsync()
    {
        var step = await NextAsync();
        Assert.NotNull(step.Claim);
        return step;
    }

    /// <summary>Sleeps and searches whenever it is woken, until it finds something.</summary>
    public async Task<FlowStep> WaitAsync()
    {
        while (true)
        {
            if (await NextAsync(waitFirst: true) is { Claim: not null } step) return step;
        }
    }

    /// <summary>Acks what was found; its number is one more than that of the ack before.</summary>
    public void Ack(FlowStep step) => flow.Ack(member, [step.Claim!], ++_acked);

    /// <summary>Fails an item of what was found.</summary>
    public void Fail(FlowStep step, string id, TimeSpan? delay = null) => Assert.Null(flow.Fail(member, step.Claim!, [id], "no", delay));

    /// <summary>Gives back what was found, to be found again after a delay.</summary>
    public void GiveBack(FlowStep step, TimeSpan delay) => flow.GiveBack(member, [step.Claim!], wereSent: true, delay);

    public Task LeaveAsync() => flow.LeaveAsync(member).Within();

    private Task<FlowStep> NextAsync(bool waitFirst) => flow.NextAsync(member, waitFirst, CancellationToken.None).Within();
}
