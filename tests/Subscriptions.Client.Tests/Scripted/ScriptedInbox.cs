using System.Threading.Channels;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Calls on their way to the test, which takes them when it gets to them: unbounded.</summary>
internal sealed class ScriptedInbox
{
    public Channel<ScriptedCall> Work { get; } = Channel.CreateUnbounded<ScriptedCall>();

    public Channel<ScriptedBulkCall> Bulk { get; } = Channel.CreateUnbounded<ScriptedBulkCall>();

    /// <summary>What a live view says, or fails with; it ends when this is completed.</summary>
    public Channel<Func<WatchSubscriptionResponse>> Watched { get; } = Channel.CreateUnbounded<Func<WatchSubscriptionResponse>>();

    /// <summary>Whoever watched has gone.</summary>
    public TaskCompletionSource WatchLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Channel<ScriptedFeed> Feeds { get; } = Channel.CreateUnbounded<ScriptedFeed>();

    public Channel<ScriptedConnection> Connections { get; } = Channel.CreateUnbounded<ScriptedConnection>();

    /// <summary>What is said to who watches partitions, or how it fails.</summary>
    public Channel<Func<WatchPartitionsResponse>> Ready { get; } = Channel.CreateUnbounded<Func<WatchPartitionsResponse>>();

    public ScriptedDocuments Documents { get; } = new();

    public ScriptedAnswers Answers { get; } = new();
}
