using System.Threading.Channels;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>A worker of a run: what it was given and has not settled.</summary>
internal sealed class ModelWorker(string name, OpeningStrategy strategy, ModelOracle oracle) : IWorkerConnection
{
    private readonly Channel<WorkerMessage> _said = Channel.CreateUnbounded<WorkerMessage>();
    private readonly Dictionary<long, (Batch Batch, int Replays)> _acked = [];
    private long _voidFrom = long.MaxValue;

    public string Name => name;

    public OpeningStrategy Strategy => strategy;

    /// <summary>Its token, once it has the subscription.</summary>
    public long? Token { get; private set; }

    /// <summary>Which of the subscriptions of one name it belongs to.</summary>
    public int Life { get; } = oracle.Lives;

    /// <summary>How often the cursor had been moved when it got the subscription.</summary>
    public int Era { get; private set; }

    /// <summary>What it has, by number.</summary>
    public List<Batch> Out { get; } = [];

    /// <summary>The items that it failed, of what it has.</summary>
    public HashSet<(long Batch, string Id)> Failed { get; } = [];

    /// <summary>Whether it still has its lease.</summary>
    public Func<bool> HasLease { get; set; } = () => false;

    /// <summary>A message is on its way to it, and others may wait behind it.</summary>
    public bool IsSending { get; private set; }

    /// <summary>It was told to go, or broke off, or was dropped: what it has may be with others.</summary>
    public bool IsGone { get; set; }

    /// <summary>Why the conversation ended, if not well.</summary>
    public string? End { get; set; }

    /// <summary>The whole conversation.</summary>
    public Task Conversation { get; set; } = Task.CompletedTask;

    public ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    public async ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        IsSending = true;
        Hear(message);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        IsSending = false;
    }

    public void Say(WorkerMessage message) => _said.Writer.TryWrite(message);

    public void Ack(int index)
    {
        var through = Out[index].Id;
        foreach (var batch in Out.Where(b => b.Id <= through))
        {
            oracle.Acked(this, batch);
            _acked[batch.Id] = (batch, oracle.Replays);
        }

        Out.RemoveAll(b => b.Id <= through);
        Say(new WorkerMessage.Ack(through));
    }

    public void NackBatch(int index, TimeSpan? delay)
    {
        var from = Out[index].Id;
        Out.RemoveAll(b => b.Id >= from);
        Failed.RemoveWhere(f => f.Batch >= from);
        _voidFrom = from;
        Say(new WorkerMessage.Nack(from, [], "because", delay));
    }

    public void NackItems(int index, IReadOnlyList<Change> items, TimeSpan? delay)
    {
        // By their ids: all revisions of a document that the batch has.
        foreach (var item in Out[index].Items.Where(i => items.Any(f => f.Id == i.Id)))
        {
            Failed.Add((Out[index].Id, item.Id));
            oracle.Failed(item);
        }

        Say(new WorkerMessage.Nack(Out[index].Id, [.. items.Select(i => i.Id).Distinct()], "because", delay));
    }

    public void HalfClose() => _said.Writer.TryComplete();

    public void Vanish()
    {
        IsGone = true;
        _said.Writer.TryComplete(new IOException("connection reset"));
    }

    private async ValueTask<WorkerMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _said.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_said.Reader.TryRead(out var message)) return message;
        }

        return null;
    }

    private void Hear(ServerMessage message)
    {
        switch (message)
        {
            case ServerMessage.Opened opened:
                Token = opened.Token.Value;
                Era = oracle.Opened(this);
                break;
            case ServerMessage.Deliver(var batch) when batch.Id <= _voidFrom:
                // What was on its way behind a nacked batch is void; that one comes again under its number.
                _voidFrom = long.MaxValue;
                oracle.Delivered(this, batch);
                Out.Add(batch);
                break;
            case ServerMessage.AckConfirmed(var through, var cursor):
                foreach (var (id, acked) in _acked.Where(a => a.Key <= through).ToList())
                {
                    oracle.Confirmed(this, acked.Batch, acked.Replays, cursor);
                    _acked.Remove(id);
                }

                break;
            case ServerMessage.Closing:
                IsGone = true;
                break;
        }
    }
}
