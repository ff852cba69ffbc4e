using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>Feeds a session machine by hand and keeps what it wants, on a clock of its own.</summary>
internal sealed class SessionHarness
{
    public static readonly BranchId Branch = new(0xb1);

    private readonly WorkerSession _session;

    public SessionHarness(
        int window = 1, bool closeWhenDrained = false, DeliveryOptions? timing = null, TimeSpan? ackTimeout = null, bool isShared = false)
    {
        Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var options = new SessionOptions(100, 1_000_000, window, closeWhenDrained);
        _session = new WorkerSession(new SessionRules(options, timing ?? new DeliveryOptions(), ackTimeout, isShared), Now);
        Effects.AddRange(_session.Start());
    }

    public DateTimeOffset Now { get; set; }

    /// <summary>Everything that the session wanted, in order.</summary>
    public List<SessionEffect> Effects { get; } = [];

    public IEnumerable<Batch> Delivered => Messages<ServerMessage.Deliver>().Select(m => m.Batch);

    public IEnumerable<long> Confirmed => Messages<ServerMessage.AckConfirmed>().Select(m => m.BatchId);

    public IEnumerable<SessionEffect.Ack> Acks => Effects.OfType<SessionEffect.Ack>();

    public IEnumerable<SessionEffect.GiveBack> GivenBack => Effects.OfType<SessionEffect.GiveBack>();

    public int Builds => Effects.OfType<SessionEffect.Build>().Count();

    public SessionEffect.Finish? Finish => Effects.OfType<SessionEffect.Finish>().SingleOrDefault();

    /// <summary>A session whose batches 1 to n, of one change each, are out.</summary>
    public static SessionHarness Delivering(int window, int batches)
    {
        var session = new SessionHarness(window);
        for (var batch = 1; batch <= batches; batch++)
        {
            session.Built(batch, batch);
            session.Flushed();
        }

        Assert.Equal(batches, session.Delivered.Count());
        return session;
    }

    public static ResumeToken At(long seqno) =>
        seqno == 0 ? ResumeToken.Beginning : new ResumeToken([new Position(0, Branch, seqno, seqno, seqno, 0)]);

    public static Change Change(long seqno, string? id = null) => new()
    {
        Id = id ?? string.Create(CultureInfo.InvariantCulture, $"d{seqno}"),
        Collection = "C",
        Partition = 0,
        Seqno = seqno,
        Revision = default,
        Kind = ChangeKind.Put,
    };

    public static FlowStep Step(long from, long to, int attempt = 1)
    {
        var items = Enumerable.Range((int)from, (int)(to - from + 1)).Select(s => Change(s)).ToList();
        var claim = Stretch.Again(At(from - 1), At(to), [.. items.Select(i => new ItemKey(i.Id, i.Seqno))], attempt);
        return new FlowStep(claim, new BuiltBatch(items, At(to), items.Count, false), At(to));
    }

    public static FlowStep Nothing(long at, bool isCaughtUp = true, bool isIdle = true, bool isDrained = true) =>
        new(null, new BuiltBatch([], At(at), 0, isCaughtUp), At(at)) { IsIdle = isIdle, IsDrained = isDrained };

    public IEnumerable<T> Messages<T>()
        where T : ServerMessage => Effects.OfType<SessionEffect.Send>().Select(s => s.Message).OfType<T>();

    public void Handle(SessionEvent @event) => Effects.AddRange(_session.Handle(@event, Now));

    /// <summary>A search found the changes from..to.</summary>
    public FlowStep Built(long from, long to, int attempt = 1)
    {
        var step = Step(from, to, attempt);
        Handle(new SessionEvent.Built(step));
        return step;
    }

    public void Flushed() => Handle(new SessionEvent.Flushed());

    public void Ack(long batchId) => Handle(new SessionEvent.Received(new WorkerMessage.Ack(batchId)));

    public void Nack(long batchId, TimeSpan? delay = null, params string[] items) =>
        Handle(new SessionEvent.Received(new WorkerMessage.Nack(batchId, items, "because", delay)));

    /// <summary>The newest ack is durable.</summary>
    public void Saved(bool isDrained = false) => Handle(new SessionEvent.Saved(Acks.Last().ThroughBatch, At(1), isDrained));

    public void Tick(TimeSpan after)
    {
        Now += after;
        Handle(new SessionEvent.Tick());
    }
}
