using System.Collections.Concurrent;
using Google.Protobuf;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers to single requests that are no documents', in the order in which the test gave them; what was asked is kept.</summary>
internal sealed class ScriptedAnswers
{
    private readonly ConcurrentQueue<Func<IMessage>> _answers = new();

    /// <summary>What was asked, in its order.</summary>
    public ConcurrentQueue<IMessage> Requests { get; } = new();

    /// <summary>The next answer.</summary>
    public void Add(IMessage answer) => _answers.Enqueue(() => answer);

    /// <summary>The next request is refused.</summary>
    public void AddFailure(Exception failure) => _answers.Enqueue(() => throw failure);

    /// <summary>Keeps the request and takes the next answer.</summary>
    public Task<T> TakeAsync<T>(IMessage request)
        where T : IMessage
    {
        Requests.Enqueue(request);
        return _answers.TryDequeue(out var answer)
            ? Task.FromResult((T)answer())
            : throw new NotSupportedException($"The test has no answer to {request}");
    }
}
