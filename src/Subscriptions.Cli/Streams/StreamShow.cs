using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>Shows what streams say, and keeps where each partition is. Nothing is applied, so nothing has to be undone.</summary>
internal sealed class StreamShow(IStreamOutput output, Printer print) : IPartitionHandler
{
    private readonly Dictionary<int, string> _tokens = [];

    /// <summary>How many changes were shown.</summary>
    public long Count { get; private set; }

    /// <summary>The last token of each partition that has one.</summary>
    public IEnumerable<string> Tokens => _tokens.Values;

    /// <inheritdoc/>
    public ValueTask OnOpenedAsync(PartitionOpened opened, CancellationToken cancellationToken)
    {
        output.Show(opened);
        return DoneAsync();
    }

    /// <inheritdoc/>
    public ValueTask OnSnapshotAsync(PartitionSnapshot snapshot, CancellationToken cancellationToken)
    {
        output.Show(snapshot);
        return DoneAsync();
    }

    /// <inheritdoc/>
    public ValueTask OnChangesAsync(PartitionChanges changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes.Changes) output.Show(changes.Partition, change);
        Count += changes.Changes.Count;
        return DoneAsync(changes.Partition, changes.Position);
    }

    /// <inheritdoc/>
    public ValueTask OnAdvancedAsync(PartitionAdvance advance, CancellationToken cancellationToken)
    {
        output.Show(advance);
        return DoneAsync(advance.Partition, advance.Position);
    }

    /// <inheritdoc/>
    public ValueTask OnRollbackAsync(PartitionRollback rollback, CancellationToken cancellationToken)
    {
        output.Show(rollback);

        // The beginning has no token, and the old one is no place any more.
        _tokens.Remove(rollback.Partition);
        return DoneAsync(rollback.Partition, rollback.Position);
    }

    /// <inheritdoc/>
    public ValueTask OnEndedAsync(PartitionEnd end, CancellationToken cancellationToken)
    {
        output.Show(end);
        return DoneAsync();
    }

    private ValueTask DoneAsync(int partition, PartitionPosition position)
    {
        if (position.ResumeToken.Length > 0) _tokens[partition] = position.ResumeToken;
        return DoneAsync();
    }

    // What was shown goes out: the next message may be long in coming.
    private ValueTask DoneAsync() => new(print.FlushAsync());
}
