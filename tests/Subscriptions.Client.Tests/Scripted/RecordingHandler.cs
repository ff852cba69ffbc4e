using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>
/// The application's side of a partition consumer: keeps, of each partition, the seqnos that it has applied, undoes what it is told to, and tells the test in words what came.
/// </summary>
internal sealed class RecordingHandler : IPartitionHandler
{
    // Unbounded: the consumer's tasks write and must not wait for the test.
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();

    /// <summary>What is applied.</summary>
    public ConcurrentDictionary<int, List<long>> Applied { get; } = new();

    /// <summary>Called first; may wait or throw.</summary>
    public Func<PartitionChanges, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Undoes everything, however little it is asked to.</summary>
    public bool CannotUndo { get; set; }

    /// <summary>The next call.</summary>
    public async Task<string> NextAsync() => await _calls.Reader.ReadAsync().Within();

    /// <summary>The next calls are these.</summary>
    public async Task SawAsync(params string[] calls)
    {
        foreach (var call in calls) Assert.Equal(call, await NextAsync());
    }

    public async ValueTask OnChangesAsync(PartitionChanges changes, CancellationToken cancellationToken)
    {
        await Before(changes, cancellationToken);
        Applied.GetOrAdd(changes.Partition, _ => []).AddRange(changes.Changes.Select(change => change.Seqno));
        await Tell($"changes {string.Join(',', changes.Changes.Select(change => change.Seqno))}");
    }

    public ValueTask OnRollbackAsync(PartitionRollback rollback, CancellationToken cancellationToken)
    {
        if (CannotUndo) rollback.StartOver();
        Applied.GetOrAdd(rollback.Partition, _ => []).RemoveAll(seqno => CannotUndo || seqno > rollback.ToSeqno);
        return Tell($"rollback {rollback.FromSeqno}>{rollback.ToSeqno} {rollback.Reason}");
    }

    public ValueTask OnOpenedAsync(PartitionOpened opened, CancellationToken cancellationToken) => Tell($"opened {opened.Position.Seqno}");

    public ValueTask OnSnapshotAsync(PartitionSnapshot snapshot, CancellationToken cancellationToken) =>
        Tell($"snapshot {snapshot.StartSeqno}..{snapshot.EndSeqno}");

    public ValueTask OnAdvancedAsync(PartitionAdvance advance, CancellationToken cancellationToken) => Tell($"advanced {advance.Position.Seqno}");

    public ValueTask OnEndedAsync(PartitionEnd end, CancellationToken cancellationToken) =>
        Tell($"end {end.Reason}{(end.IsFinal ? " final" : string.Empty)}");

    private ValueTask Tell(FormattableString call)
    {
        _calls.Writer.TryWrite(call.ToString(CultureInfo.InvariantCulture));
        return ValueTask.CompletedTask;
    }
}
