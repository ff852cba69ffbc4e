using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>
/// Random conversations against a log in which every third change matches. After each step: the stored cursor never passes a matching
/// change that was not acked; what was confirmed never comes back; order holds; the window holds.
/// </summary>
public sealed class WorkerSessionProperties
{
    private const int Runs = 2_000;
    private const int Steps = 120;

    [Fact]
    public void AnyConversation_NothingLost_NothingConfirmedRepeated()
    {
        var first = Environment.TickCount;
        var confirmed = 0L;
        for (var seed = first; seed < first + Runs; seed++)
        {
            try
            {
                var run = new Run(new Random(seed));
                run.Play();
                confirmed += run.Confirmed;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }

        Assert.True(confirmed > Runs, "the runs hardly ever confirmed anything");
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly int _window;
        private readonly WorkerSession _session;
        private readonly HashSet<long> _acked = [];
        private readonly List<Batch> _out = [];
        private SessionEffect.Build? _build;
        private SessionEffect.Save? _save;
        private SessionEffect.Pause? _pause;
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private long _reader;
        private bool _isWriting;
        private bool _isOver;

        public Run(Random random)
        {
            _random = random;
            _window = random.Next(1, 5);
            var timing = new DeliveryOptions { ScanSaveDocuments = 5 };
            _session = new WorkerSession(new SessionOptions(3, 1000, _window, false), timing, SessionHarness.At(0), _now);
            CarryOut(_session.Start());
        }

        public long Confirmed { get; private set; }

        public void Play()
        {
            for (var i = 0; i < Steps && !_isOver; i++) Step();
            Handle(new SessionEvent.Ended(new EngineException(ErrorCode.ShuttingDown, "over")));
            while (!_isOver) FinishSave();
        }

        private void Step()
        {
            switch (_random.Next(8))
            {
                case 0 or 1 when _build is not null:
                    Build();
                    break;
                case 2 when _isWriting:
                    _isWriting = false;
                    Handle(new SessionEvent.Flushed());
                    break;
                case 3 or 4 when _out.Count > 0:
                    Ack(_random.Next(_out.Count));
                    break;
                case 5 when _save is not null:
                    FinishSave();
                    break;
                case 6 when _out.Count > 0 && _random.Next(3) == 0:
                    var nacked = _out[_random.Next(_out.Count)];
                    _out.RemoveAll(b => b.Id >= nacked.Id);
                    Handle(new SessionEvent.Received(new WorkerMessage.Nack(nacked.Id, [], "", TimeSpan.FromSeconds(_random.Next(2)))));
                    break;
                case 7 when _pause is { } pause:
                    _pause = null;
                    Handle(new SessionEvent.PauseOver(pause.Generation));
                    break;
                default:
                    _now += TimeSpan.FromMilliseconds(_random.Next(400));
                    Handle(new SessionEvent.Received(new WorkerMessage.Heartbeat(0)));
                    Handle(new SessionEvent.Tick());
                    break;
            }
        }

        private static bool IsMatch(long seqno) => seqno % 3 == 0;

        private void Build()
        {
            var (build, start) = (_build!, _reader);
            _build = null;
            _reader += _random.Next(1, 8);
            var items = Enumerable.Range((int)start + 1, (int)(_reader - start)).Where(s => IsMatch(s)).Select(s => SessionHarness.Change(s)).ToList();
            var isCaughtUp = _random.Next(2) == 0;
            Handle(new SessionEvent.Built(
                build.Generation, new BuiltBatch(items, SessionHarness.At(start), SessionHarness.At(_reader), (int)(_reader - start), isCaughtUp)));
        }

        private void Ack(int index)
        {
            var id = _out[index].Id;
            foreach (var change in _out.Where(b => b.Id <= id).SelectMany(b => b.Items)) _acked.Add(change.Seqno);
            _out.RemoveAll(b => b.Id <= id);
            Handle(new SessionEvent.Received(new WorkerMessage.Ack(id)));
        }

        private void FinishSave()
        {
            var save = _save!;
            _save = null;
            CheckCursor(save.Cursor[0].Seqno);
            Handle(new SessionEvent.Saved(ProgressOutcome.Saved, save.Cursor, save.ThroughBatch));
        }

        private void Handle(SessionEvent @event)
        {
            CarryOut([.. _session.Handle(@event, _now)]);
            Assert.Equal((_out.Count, _out.Sum(b => b.Items.Count)), (_session.BatchesInFlight, _session.ChangesInFlight));
        }

        private void CarryOut(IReadOnlyList<SessionEffect> effects)
        {
            foreach (var effect in effects)
            {
                Assert.False(_isOver, "an effect after the end");
                switch (effect)
                {
                    case SessionEffect.Send(ServerMessage.Deliver(var batch)):
                        Deliver(batch);
                        break;
                    case SessionEffect.Send(ServerMessage.AckConfirmed):
                        Confirmed++;
                        break;
                    case SessionEffect.Build build:
                        Assert.True(_build is null || _build.Generation < build.Generation, "two builds at once");
                        _build = build;
                        break;
                    case SessionEffect.Seek(var token):
                        _reader = token[0].Seqno;
                        _build = null;
                        break;
                    case SessionEffect.Save save:
                        Assert.Null(_save);
                        CheckCursor(save.Cursor[0].Seqno);
                        _save = save;
                        break;
                    case SessionEffect.Pause pause:
                        _pause = pause;
                        break;
                    case SessionEffect.Finish:
                        _isOver = true;
                        break;
                }
            }
        }

        private void Deliver(Batch batch)
        {
            Assert.False(_isWriting, "two batches on the way at once");
            _isWriting = true;
            _out.Add(batch);
            Assert.True(_out.Count <= _window, "the window is exceeded");
            var sequence = _out.SelectMany(b => b.Items).Select(c => c.Seqno).ToList();
            Assert.Equal(sequence.Order().Distinct(), sequence);
            Assert.DoesNotContain(batch.Items, c => _acked.Contains(c.Seqno));

            // Nothing between the last acked change and the first one that is out was skipped.
            var expected = Enumerable.Range(1, (int)sequence[^1]).Select(s => (long)s).Where(s => IsMatch(s) && !_acked.Contains(s));
            Assert.Equal(expected, sequence);
        }

        private void CheckCursor(long cursor)
        {
            for (var seqno = 1L; seqno <= cursor; seqno++)
                Assert.True(!IsMatch(seqno) || _acked.Contains(seqno), $"cursor {cursor} passes {seqno}, which is not acked");
        }
    }
}
