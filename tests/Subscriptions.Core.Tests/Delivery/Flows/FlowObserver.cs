using System.Threading.Channels;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Errors;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What a flow tells one worker.</summary>
internal sealed class FlowObserver : IFlowObserver
{
    private readonly Channel<long> _saved = Channel.CreateUnbounded<long>();

    /// <summary>Why nothing can be saved any more; null: it can.</summary>
    public EngineException? Broken { get; private set; }

    /// <summary>Of the next confirm, the last batch that it covers.</summary>
    public Task<long> NextSavedAsync() => _saved.Reader.ReadAsync().Within();

    public void OnSaved(long throughBatch, ResumeToken cursor, bool isDrained) => _saved.Writer.TryWrite(throughBatch);

    public void OnBroken(EngineException reason) => Broken = reason;
}
