namespace Subscriptions.Core.Documents;

/// <summary>The databases that a storage engine holds: creates, opens, lists and drops <see cref="IDocumentStore"/>s.</summary>
/// <remarks>
/// Calls for different databases may run at once; the caller serialises calls for one database. Failures that are not the caller's are
/// <see cref="StoreException"/>.
/// </remarks>
public interface IDocumentStoreProvider : IAsyncDisposable
{
    /// <summary>The names of all databases, by increasing name.</summary>
    ValueTask<IReadOnlyList<DatabaseName>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates a database; durable on return. Each partition starts with a fresh branch.</summary>
    /// <param name="info">Name, partitions and settings.</param>
    /// <param name="observer">Told of every commit of the store that is returned.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>The open store; null when a database of that name exists.</returns>
    ValueTask<IDocumentStore?> CreateAsync(DatabaseInfo info, ICommitObserver observer, CancellationToken cancellationToken);

    /// <summary>Opens a database.</summary>
    /// <returns>The open store; null when there is no database of that name.</returns>
    ValueTask<IDocumentStore?> OpenAsync(DatabaseName name, ICommitObserver observer, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a backup in and checks it completely, without changing anything. Its history goes on in a new branch of each partition, from the backup's newest
    /// change on.
    /// </summary>
    /// <param name="name">What the database is to be called, whatever it was called when it was backed up.</param>
    /// <param name="content">The backup; read to its end.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>To be carried out, and to be disposed in any case.</returns>
    /// <exception cref="Errors.EngineException">INVALID_BACKUP: it is none, is damaged, or is of a newer version.</exception>
    ValueTask<IDatabaseRestore> PrepareRestoreAsync(DatabaseName name, Stream content, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes the changes of a partition above a seqno, all or nothing; its history goes on in a new branch. Documents get back the version of then, if it is
    /// kept as a revision, or was not cleared away yet; those that certainly did not exist then are gone; others are deleted, with tombstones on the new
    /// branch, or make it fail. Revisions, ancestors and figures are as they were then. Durable on return; the database's store must have been disposed.
    /// </summary>
    /// <returns>Null when there is no database of that name.</returns>
    ValueTask<RewindResult?> RewindAsync(DatabaseName name, PartitionRewind rewind, CancellationToken cancellationToken);

    /// <summary>Removes a database and all it holds; its store must have been disposed. Durable on return.</summary>
    /// <returns>False when there is no database of that name.</returns>
    ValueTask<bool> DropAsync(DatabaseName name, CancellationToken cancellationToken);
}
