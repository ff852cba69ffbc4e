using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>Feeds a session machine by hand and keeps what it wants, on a clock of its own.</summary>
internal sealed class SessionHarness
{
    public static readonly BranchId Branch = new(0xb1);

    private readonly WorkerSession _session;
    private int _generation;

    public SessionHarness(int window = 1, bool closeWhenDrained = false, DeliveryOptions? timing = null)
    {
        Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _session = new WorkerSession(
            new SessionOptions(100, 1_000_000, window, closeWhenDrained), timing ?? new DeliveryOptions(), ResumeToken.Beginning, Now);
        Note(_session.Start());
    }

    public DateTimeOffset Now { get; set; }

    /// <summary>Everything that the session wanted, in order.</summary>
    public List<SessionEffect> Effects { get; } = [];

    public IEnumerable<Batch> Delivered => Messages<ServerMessage.Deliver>().Select(m => m.Batch);

    public IEnumerable<long> Confirmed => Messages<ServerMessage.AckConfirmed>().Select(m => m.BatchId);

    public IEnumerable<SessionEffect.Save> Saves => Effects.OfType<SessionEffect.Save>();

    public SessionEffect.Finish? Finish => Effects.OfType<SessionEffect.Finish>().SingleOrDefault();

    public static ResumeToken At(long seqno) =>
        seqno == 0 ? ResumeToken.Beginning : new ResumeToken([new Position(0, Branch, seqno, seqno, seqno, 0)]);

    public static Change Change(long seqno) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"d{seqno}"),
        Collection = "C",
        Partition = 0,
        Seqno = seqno,
        Revision = default,
        Kind = ChangeKind.Put,
    };

    public IEnumerable<T> Messages<T>()
        where T : ServerMessage => Effects.OfType<SessionEffect.Send>().Select(s => s.Message).OfType<T>();

    public void Handle(SessionEvent @event) => Note(_session.Handle(@event, Now));

    /// <summary>A build of the changes from..to is over.</summary>
    public void Built(long from, long to, bool isCaughtUp = false) => Handle(new SessionEvent.Built(
        _generation,
        new BuiltBatch([.. Enumerable.Range((int)from, (int)(to - from + 1)).Select(s => Change(s))], At(from - 1), At(to), (int)(to - from + 1), isCaughtUp)));

    /// <summary>A scan without a match is over.</summary>
    public void Scanned(long from, long to, bool isCaughtUp = false) => Handle(new SessionEvent.Built(
        _generation, new BuiltBatch([], At(from - 1), At(to), (int)(to - from + 1), isCaughtUp)));

    public void Flushed() => Handle(new SessionEvent.Flushed());

    public void Ack(long batchId) => Handle(new SessionEvent.Received(new WorkerMessage.Ack(batchId)));

    public void Nack(long batchId, TimeSpan delay = default) =>
        Handle(new SessionEvent.Received(new WorkerMessage.Nack(batchId, [], "because", delay)));

    /// <summary>The newest save is over.</summary>
    public void Saved(ProgressOutcome outcome = ProgressOutcome.Saved)
    {
        var save = Saves.Last();
        Handle(new SessionEvent.Saved(outcome, save.Cursor, save.ThroughBatch));
    }

    public void Tick(TimeSpan after)
    {
        Now += after;
        Handle(new SessionEvent.Tick());
    }

    private void Note(IReadOnlyList<SessionEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is SessionEffect.Build(var generation, _)) _generation = generation;
            Effects.Add(effect);
        }
    }
}
