using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>Hears of a flow on behalf of one worker. Called under the flow's lock: implementations only post a message.</summary>
internal interface IFlowObserver
{
    /// <summary>Acks became durable.</summary>
    /// <param name="throughBatch">This batch of the worker and all before it.</param>
    /// <param name="cursor">The subscription's cursor now.</param>
    /// <param name="isDrained">True when nothing of the subscription is out, and nothing has to be tried again.</param>
    void OnSaved(long throughBatch, ResumeToken cursor, bool isDrained);

    /// <summary>Progress can no longer be saved.</summary>
    void OnBroken(EngineException reason);
}

/// <summary>One worker's part in a flow. Belongs to the flow and its lock.</summary>
internal sealed class FlowMember(IFlowObserver observer, string workerName, SessionOptions options)
{
    public IFlowObserver Observer => observer;

    public string WorkerName => workerName;

    public SessionOptions Options => options;

    /// <summary>What the worker has.</summary>
    public List<Claim> Claims { get; } = [];

    /// <summary>The last batch that it acked.</summary>
    public long AckedBatch { get; set; }

    /// <summary>The last batch whose ack is part of the save that is under way.</summary>
    public long SavingBatch { get; set; }

    /// <summary>The last batch whose ack is durable.</summary>
    public long SavedBatch { get; set; }
}

/// <summary>What one step of a flow came to.</summary>
/// <param name="Claim">The claim on the items; null when there are none.</param>
/// <param name="Built">What was found.</param>
/// <param name="Cursor">What an ack of it stores at least.</param>
internal sealed record FlowStep(Claim? Claim, BuiltBatch Built, ResumeToken Cursor)
{
    /// <summary>Nothing can be handed out before something happens.</summary>
    public bool IsIdle { get; init; }

    /// <summary>Nothing of the subscription is out, and nothing has to be tried again.</summary>
    public bool IsDrained { get; init; }
}
