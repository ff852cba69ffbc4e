using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Leases;

/// <summary>Random interleavings of everything that can happen to a lease, checked after each step against what must always hold.</summary>
public sealed class LeaseStateProperties
{
    private const int Runs = 2_000;
    private const int Steps = 60;

    [Fact]
    public void AnyInterleaving_OneHolderOrAllShare_LargerTokens_NobodyForgotten()
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + Runs; seed++)
        {
            try
            {
                new Run(new Random(seed)).Play();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    private sealed class Run(Random random)
    {
        private static readonly OpeningStrategy[] Strategies = [OpeningStrategy.Fail, OpeningStrategy.Wait, OpeningStrategy.TakeOver, OpeningStrategy.Concurrent];

        // What each worker was told last; a worker that was closed, refused or has left is in none of them.
        private readonly HashSet<long> _alive = [];
        private readonly HashSet<long> _told = [];
        private readonly List<LeaseRequest> _persisting = [];
        private LeaseState _state = LeaseState.Free;
        private readonly Dictionary<long, LeaseRequest> _working = [];
        private long _lastNumber;
        private long _storedToken;
        private long _lastGranted;

        public void Play()
        {
            for (var i = 0; i < Steps; i++)
            {
                Apply(Next());
                Check();
            }

            while (_persisting.Count > 0) Apply(Persist());
            Check();
            Assert.All(_state.Holders, h => Assert.NotNull(h.Token));
        }

        private LeaseTransition Next() => random.Next(10) switch
        {
            < 4 => Open(),
            < 7 when _persisting.Count > 0 => Persist(),
            < 9 when _alive.Count > 0 => Leave(),
            9 => _state.Evict(_ => random.Next(3) == 0, ErrorCode.Dropped),
            _ => Open(),
        };

        private LeaseTransition Open()
        {
            var number = ++_lastNumber;
            var strategy = Strategies[random.Next(Strategies.Length)];
            _alive.Add(number);
            return _state.Open(new LeaseRequest(number, new WorkerInfo($"w{number}", "", strategy, default)));
        }

        private LeaseTransition Persist()
        {
            var request = _persisting[random.Next(_persisting.Count)];
            _persisting.Remove(request);
            return _state.Persisted(request, new FencingToken(++_storedToken));
        }

        private LeaseTransition Leave()
        {
            var number = _alive.ElementAt(random.Next(_alive.Count));
            _alive.Remove(number);
            _working.Remove(number);
            return _state.Release(new LeaseRequest(number, new WorkerInfo($"w{number}", "", OpeningStrategy.Fail, default)));
        }

        private void Apply(LeaseTransition transition)
        {
            _state = transition.State;
            foreach (var effect in transition.Effects)
            {
                switch (effect)
                {
                    case LeaseEffect.Persist(var request, var isShared):
                        Assert.Equal(_working.Count > 0, isShared);
                        _persisting.Add(request);
                        break;
                    case LeaseEffect.Grant(var request, var token):
                        Assert.True(
                            _working.Count == 0 || _working.Values.Append(request).All(r => r.Worker.Strategy == OpeningStrategy.Concurrent),
                            "two hold what they do not share");
                        Assert.Contains(request.Number, _alive);
                        Assert.True(token.Value > _lastGranted, $"token {token} after {_lastGranted}");
                        Assert.True(_told.Add(request.Number), "granted twice");
                        _lastGranted = token.Value;
                        _working.Add(request.Number, request);
                        break;
                    case LeaseEffect.Refuse(var request, _):
                        Assert.True(_alive.Remove(request.Number));
                        break;
                    case LeaseEffect.Close(var request, _, _):
                        Assert.True(_alive.Remove(request.Number));
                        _working.Remove(request.Number);
                        break;
                    case LeaseEffect.TellPlace(var request, var place, _):
                        Assert.Equal(request.Number, _state.Queue[place - 1].Number);
                        break;
                }
            }
        }

        private void Check()
        {
            var known = _state.Queue.Select(r => r.Number).ToHashSet();
            Assert.All(_state.Holders, h => Assert.True(known.Add(h.Request.Number), "holds and waits at once"));
            Assert.Equal(_alive.Order(), known.Order());
            Assert.True(!_state.Holders.IsEmpty || _state.Queue.IsEmpty, "free, yet somebody waits");
            Assert.True(_state.Holders.Count(h => h.IsPersisting) <= 1, "two tokens are written at once");
            Assert.Equal(_working.Keys.Order(), _state.Holders.Where(h => h.Token is not null).Select(h => h.Request.Number).Order());
        }
    }
}
