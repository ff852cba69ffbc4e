using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Client.Tests.Streams;

/// <summary>Members of one group on fake time, with documents in memory; it watches that no partition is worked on by two.</summary>
internal sealed class LeaseScene : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Member> _workers = [];
    private readonly ConcurrentDictionary<string, (string Id, long Version)> _beats = new();
    private readonly List<Member> _members = [];
    private (GroupTable Table, long Revision)? _table;
    private long _versions;

    public FakeTimeProvider Time { get; } = new();

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public GroupTable Table
    {
        get
        {
            lock (_gate) return _table!.Value.Table;
        }
    }

    public const int Partitions = 8;

    /// <summary>Loses the table, as if its database had been.</summary>
    public void LoseTable()
    {
        lock (_gate) _table = null;
    }

    public Member Start(string name, long claimedEpoch = 0)
    {
        var member = new Member(this, name, claimedEpoch);
        _members.Add(member);
        member.Run();
        return member;
    }

    /// <summary>Lets time go by until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 400; i++)
        {
            // Tasks go on on their own threads: they get their turn before time does.
            for (var turn = 0; turn < 20; turn++)
            {
                if (condition()) return;
                await Task.Yield();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Fail($"It did not happen: {string.Join("; ", _members.Select(m => $"{m.Name}: {string.Join(',', m.Working)}"))}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.StopAsync();
            member.Dispose();
        }

        Assert.Empty(Faults);
    }

    private void Begin(Member member, IEnumerable<int> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                if (_workers.TryGetValue(partition, out var other)) Faults.Enqueue($"{member.Name} begins with {partition}, which {other.Name} works on");
                _workers[partition] = member;
            }
        }
    }

    private void End(Member member, IEnumerable<int> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                if (_workers.GetValueOrDefault(partition) == member) _workers.Remove(partition);
            }
        }
    }

    /// <summary>One member: its group, its consumer and its way to the documents.</summary>
    public sealed class Member(LeaseScene scene, string name, long claimedEpoch) : IGroupStore, IPartitionHost, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<string> _calls = [];
        private Task _running = Task.CompletedTask;
        private long _claimed = claimedEpoch;

        public string Name => name;

        /// <summary>True: its requests fail as if the network were down.</summary>
        public bool IsCutOff { get; set; }

        /// <summary>Called when partitions are to be given up, with what hurries; may wait.</summary>
        public Func<CancellationToken, Task> OnRevoke { get; set; } = _ => Task.CompletedTask;

        /// <summary>Called when signs of life were read, and before they are told; may wait.</summary>
        public Func<Task> OnBeatsRead { get; set; } = () => Task.CompletedTask;

        /// <summary>How many signs of life it gave.</summary>
        public int Beats { get; private set; }

        public SortedSet<int> Working { get; } = [];

        public long Epoch { get; private set; }

        public IReadOnlyList<string> Calls
        {
            get
            {
                lock (scene._gate) return [.. _calls];
            }
        }

        public void Run()
        {
            var options = new PartitionLeaseOptions { Database = "coordination", MemberName = name, LeaseDuration = Lease };
            var group = new LeasedPartitions(options, _ => this, new Random(name[0]));
            var context = new GroupContext(new CheckpointScope("shop", "indexer"), Partitions, NullLogger.Instance, scene.Time);
            _running = Task.Run(() => group.RunAsync(context, this, _stop.Token));
        }

        /// <summary>Asks it to end, and does not wait for it.</summary>
        public Task CancelAsync() => _stop.CancelAsync();

        /// <summary>Ends it in order.</summary>
        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            for (var i = 0; i < 200 && !_running.IsCompleted; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
                if (IsCutOff) scene.Time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.WhenAny(_running).Within();
        }

        public void Dispose() => _stop.Dispose();

        public bool HasAll(params int[] partitions)
        {
            lock (scene._gate) return Working.SetEquals(partitions);
        }

        Task IPartitionHost.AssignAsync(IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
        {
            if (epoch < _claimed) throw new CheckpointFencedException(new CheckpointScope("shop", "indexer"), partitions.First(), epoch, _claimed);
            (_claimed, Epoch) = (epoch, epoch);
            scene.Begin(this, partitions);
            Note("assign", partitions);
            return Task.CompletedTask;
        }

        async Task IPartitionHost.RevokeAsync(IReadOnlyCollection<int> partitions, CancellationToken hurry)
        {
            await OnRevoke(hurry);
            await Over("revoke", partitions);
        }

        Task IPartitionHost.AbandonAsync(IReadOnlyCollection<int> partitions) => Over("abandon", partitions);

        Task<(GroupTable Table, string Revision)?> IGroupStore.ReadAsync(CancellationToken cancellationToken)
        {
            ThrowIfCutOff();
            lock (scene._gate)
            {
                return Task.FromResult<(GroupTable, string)?>(
                    scene._table is { } table ? (table.Table, table.Revision.ToString(CultureInfo.InvariantCulture)) : null);
            }
        }

        Task<bool> IGroupStore.TryWriteAsync(GroupTable table, string? revision, CancellationToken cancellationToken)
        {
            ThrowIfCutOff();
            lock (scene._gate)
            {
                if (scene._table?.Revision.ToString(CultureInfo.InvariantCulture) != revision) return Task.FromResult(false);
                scene._table = (table, ++scene._versions);
                return Task.FromResult(true);
            }
        }

        Task IGroupStore.BeatAsync(string id, GroupBeat beat, CancellationToken cancellationToken)
        {
            ThrowIfCutOff();
            scene._beats[id] = (id, Interlocked.Increment(ref scene._versions));
            Beats++;
            return Task.CompletedTask;
        }

        async Task<IReadOnlyDictionary<string, string>> IGroupStore.ReadBeatsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
        {
            ThrowIfCutOff();
            var beats = scene._beats.Where(beat => ids.Contains(beat.Key)).ToDictionary(b => b.Key, b => b.Value.Version.ToString(CultureInfo.InvariantCulture));
            await OnBeatsRead();
            return beats;
        }

        Task IGroupStore.ForgetAsync(string id, CancellationToken cancellationToken)
        {
            ThrowIfCutOff();
            scene._beats.TryRemove(id, out _);
            return Task.CompletedTask;
        }

        private Task Over(string call, IReadOnlyCollection<int> partitions)
        {
            Note(call, partitions);
            scene.End(this, partitions);
            return Task.CompletedTask;
        }

        private void Note(string call, IReadOnlyCollection<int> partitions)
        {
            lock (scene._gate)
            {
                if (call == "assign") Working.UnionWith(partitions);
                else Working.ExceptWith(partitions);
                if (partitions.Count > 0) _calls.Add($"{call} {string.Join(',', partitions.Order())}");
            }
        }

        private void ThrowIfCutOff()
        {
            if (IsCutOff) throw Unavailable();
        }

        private static ServerUnavailableException Unavailable() =>
            new(ErrorDetails.Local("The network is down.", ErrorReason.Unknown, isRetryable: true));
    }
}
