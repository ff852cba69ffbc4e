using System.Threading.Channels;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Calls on their way to the test, which takes them when it gets to them: unbounded.</summary>
internal sealed class ScriptedInbox
{
    public Channel<ScriptedCall> Work { get; } = Channel.CreateUnbounded<ScriptedCall>();

    public Channel<ScriptedBulkCall> Bulk { get; } = Channel.CreateUnbounded<ScriptedBulkCall>();

    public ScriptedDocuments Documents { get; } = new();

    public ScriptedAnswers Answers { get; } = new();
}
