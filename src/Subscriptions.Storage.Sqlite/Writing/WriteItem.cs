using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>One caller's work for the writer.</summary>
internal abstract class WriteItem
{
    /// <summary>About how many bytes the item writes; bounds the transaction that it shares with others.</summary>
    public virtual long Size => 0;

    /// <summary>How many operations the item has, for the figures; asked once it was executed. 0: it found nothing to do.</summary>
    public virtual int Operations => 1;

    /// <summary>When the item began to wait for the writer, by the writer's clock.</summary>
    public long QueuedAt { get; set; }

    /// <summary>True when nobody waits for the item any more.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// Does the work inside the group's transaction, and keeps the result. May be called again after the transaction was undone, so it must
    /// have no effects but on the database and on what <see cref="IWriterHost.OnRolledBack"/> undoes.
    /// </summary>
    public abstract void Execute(SqliteConnection connection);

    /// <summary>The transaction is durable: tells the caller the result. The caller goes on on another thread.</summary>
    public abstract void Complete();

    /// <summary>Nothing of the item was committed: tells the caller why.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>One caller's work for the writer, with a result.</summary>
internal abstract class WriteItem<T> : WriteItem
{
    // Callers must not go on on the writer's thread.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>The answer, once the work is durable.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc />
    public sealed override bool IsAbandoned => _answer.Task.IsCompleted;

    /// <inheritdoc />
    public sealed override void Execute(SqliteConnection connection) => _result = Run(connection);

    /// <inheritdoc />
    public sealed override void Complete() => _answer.TrySetResult(_result!);

    /// <inheritdoc />
    public sealed override void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>The caller gave up waiting; work that has not begun will not be done.</summary>
    public void Abandon(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);

    /// <summary>
    /// Does the work; see <see cref="WriteItem.Execute"/>. Outcomes that callers expect are results: an exception makes the whole group run again
    /// without this item.
    /// </summary>
    protected abstract T Run(SqliteConnection connection);
}
