using System.Globalization;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>One run: carries out operations against the real engine, and asks the oracle after each.</summary>
internal sealed class ModelRun
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "f"];
    private static readonly TimeSpan?[] Delays = [null, TimeSpan.Zero, TimeSpan.FromMilliseconds(700), TimeSpan.FromSeconds(20)];
    private static readonly double[] Seconds = [0.1, 0.5, 1, 3, 9, 40];

    private readonly FakeDisk _disk;
    private readonly FakeSubscriptionStore _durable;
    private readonly List<ModelWorker> _workers = [];
    private readonly Random _random;
    private readonly SubscriptionDefinition _definition;
    private readonly int _partitions;
    private ModelEngine _engine;
    private int _lastWorker;
    private int _lastVersion;

    /// <param name="durable">An empty store, that outlives the engine's lives.</param>
    /// <param name="seed">Decides the definition and the order in which the engine's steps run.</param>
    public ModelRun(FakeSubscriptionStore durable, int seed)
    {
        _durable = durable;
        _random = new Random(seed);
        _disk = new FakeDisk { IsSlow = _random.Next(2) == 0 };
        var isRevisions = _random.Next(3) == 0;
        var onExhausted = _random.Next(4) == 0 ? ExhaustedAction.Stop : ExhaustedAction.DeadLetter;

        // Who stops at the last attempt, or has all versions delivered, counts attempts afresh in more than one case.
        Oracle = new ModelOracle(isRevisions, countsAttempts: !isRevisions && onExhausted == ExhaustedAction.DeadLetter);
        _partitions = _random.Next(1, 3);
        _definition = new SubscriptionDefinition
        {
            Database = DatabaseName.Parse("shop"),
            Name = "ship",
            Query = isRevisions ? "from Orders (Revisions = true)" : "from Orders where Keep = true",
            IncludeDeletes = _random.Next(2) == 0,
            AckTimeout = _random.Next(3) == 0 ? TimeSpan.FromSeconds(5) : null,
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = _random.Next(1, 4),
                InitialBackoff = TimeSpan.FromSeconds(_random.Next(3)),
                OnExhausted = onExhausted,
            },
        };
        _engine = ModelEngine.Start(_disk, _durable, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), _partitions, _random);
        _engine.Create(_definition);
    }

    public ModelOracle Oracle { get; }

    private List<ModelWorker> Live => [.. _workers.Where(w => !w.Conversation.IsCompleted && !w.IsGone)];

    private List<ModelWorker> Busy => [.. Live.Where(w => w.Out.Count > 0)];

    public void Play(IEnumerable<ModelOp> ops)
    {
        foreach (var op in ops)
        {
            Oracle.Trace.Add(op.ToString());
            Carry(op);
            foreach (var worker in _workers.Where(w => w.Conversation.IsFaulted)) worker.Conversation.GetAwaiter().GetResult();
            _engine.Check(Oracle);
            Oracle.ThrowIfWrong();
        }

        Drain();
    }

    private static T Pick<T>(IReadOnlyList<T> list, int number) => list[number % list.Count];

    private void Carry(ModelOp op)
    {
        switch (op.Act)
        {
            case ModelAct.Go:
                for (var i = op.A % 40; i > 0 && !_engine.Loop.IsIdle; i--) _engine.Loop.RunOne(_random);
                break;
            case ModelAct.Put:
                var content = string.Create(CultureInfo.InvariantCulture, $"{{\"Keep\":{(op.B % 4 > 0 ? "true" : "false")},\"v\":{++_lastVersion}}}");
                _engine.Write(WriteKind.Put, Pick(Ids, op.A), content);
                break;
            case ModelAct.Delete:
                _engine.Write(WriteKind.Delete, Pick(Ids, op.A), "");
                break;
            case ModelAct.Connect:
                Connect((OpeningStrategy)(1 + (op.A % 7 > 3 ? 3 : op.A % 7)), SessionOptions.Create(1 + (op.B % 4), 0, 1 + (op.B / 4 % 3), false));
                break;
            case ModelAct.PassTime:
                _engine.Time.Advance(TimeSpan.FromSeconds(Pick(Seconds, op.A)));
                break;
            case ModelAct.Kill:
                Kill();
                break;
            case >= ModelAct.Ack and <= ModelAct.HalfClose:
                Speak(op);
                break;
            default:
                Administer(op);
                break;
        }
    }

    private void Speak(ModelOp op)
    {
        if (op.Act is ModelAct.Ack or ModelAct.NackBatch or ModelAct.NackItems)
        {
            if (Busy.Count == 0) return;
            var busy = Pick(Busy, op.A);
            var index = op.B % busy.Out.Count;
            if (op.Act == ModelAct.Ack) busy.Ack(index);
            else if (op.Act == ModelAct.NackBatch) busy.NackBatch(index, Pick(Delays, op.B));
            else busy.NackItems(index, [.. busy.Out[index].Items.Where((_, i) => i == 0 || (i + op.B) % 2 == 0)], Pick(Delays, op.A));
            return;
        }

        if (Live.Count == 0) return;
        var worker = Pick(Live, op.A);
        if (op.Act == ModelAct.Heartbeat) worker.Say(new WorkerMessage.Heartbeat(worker.Out.Count == 0 ? 0 : worker.Out[0].Id));
        else if (op.Act == ModelAct.Vanish) worker.Vanish();
        else worker.HalfClose();
    }

    private void Administer(ModelOp op)
    {
        var subscriptions = _engine.Subscriptions;
        switch (op.Act)
        {
            case ModelAct.SetCursor:
                StartPoint to = op.A % 2 == 0 ? new StartPoint.Beginning() : new StartPoint.Now();
                Move(subscriptions.SetCursorAsync("ship", to, CancellationToken.None), isForward: op.A % 2 == 1);
                break;
            case ModelAct.ChangeDefinition:
                var changes = new SubscriptionChanges { IncludeDeletes = op.A % 2 == 0, Cursor = new StartPoint.Beginning() };
                Move(subscriptions.UpdateAsync("ship", changes, CancellationToken.None), isForward: false);
                break;
            case ModelAct.Disable or ModelAct.Enable:
                _engine.Complete(subscriptions.SetDisabledAsync("ship", op.Act == ModelAct.Disable, CancellationToken.None));
                break;
            case ModelAct.Drop when Live.Count > 0:
                var dropped = Pick(Live, op.A);
                dropped.IsGone = true;
                subscriptions.DropWorkers("ship", dropped.Name);
                break;
            case ModelAct.Replay:
                Oracle.Replayed();
                _engine.Complete(subscriptions.FailedItems.ReplayAsync("ship", null, CancellationToken.None));
                Oracle.Replayed();
                break;
            case ModelAct.Discard:
                Oracle.Discarded();
                _engine.Complete(subscriptions.FailedItems.DiscardAsync("ship", null, CancellationToken.None).AsTask());
                break;
            case ModelAct.Recreate:
                Oracle.MoveBegins();
                _engine.Complete(subscriptions.DeleteAsync("ship", CancellationToken.None));
                _engine.Create(_definition);
                Oracle.MoveEnds([]);
                Oracle.Recreated();
                break;
        }
    }

    private void Move(Task change, bool isForward)
    {
        Oracle.MoveBegins();
        _engine.Complete(change);
        Oracle.MoveEnds(isForward ? _engine.Shop.Feed.Partitions : []);
    }

    private ModelWorker Connect(OpeningStrategy strategy, SessionOptions options)
    {
        var worker = new ModelWorker($"w{++_lastWorker}", strategy, Oracle);
        var engine = _engine;
        worker.HasLease = () => engine.HasLease(worker);
        if (_engine.Connect(worker, options)) _workers.Add(worker);
        return worker;
    }

    // What runs is never run on, as if the process had been killed at any of its awaits.
    private void Kill()
    {
        Oracle.Killed();
        _workers.Clear();
        _engine = ModelEngine.Start(_disk, _durable, _engine.Time.GetUtcNow(), _partitions, _random);
    }

    // In the end a steady worker gets everything that is still owed.
    private void Drain()
    {
        foreach (var worker in _workers.Where(w => !w.Conversation.IsCompleted)) worker.Vanish();
        _engine.Loop.RunUntilIdle(_random);
        _engine.Complete(_engine.Subscriptions.SetDisabledAsync("ship", false, CancellationToken.None));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var steady = Connect(OpeningStrategy.TakeOver, SessionOptions.Create(3, 0, 2, closeWhenDrained: true));
            for (var round = 0; round < 200 && !steady.Conversation.IsCompleted; round++)
            {
                _engine.Loop.RunUntilIdle(_random);
                if (steady.Out.Count > 0) steady.Ack(0);
                else steady.Say(new WorkerMessage.Heartbeat(0));
                _engine.Time.Advance(TimeSpan.FromSeconds(2));
            }

            if (steady.Conversation.IsCompletedSuccessfully && _engine.Lag == 0) break;
        }

        _engine.Check(Oracle);
        Oracle.ThrowIfWrong();
        if (_engine.Lag > 0 || _engine.Failed(FailedItemKind.Retry).Count > 0)
            throw new InvalidOperationException($"a steady worker is not done: lag {_engine.Lag}; {string.Join("; ", _workers.TakeLast(3).Select(w => w.End))}");
    }
}
