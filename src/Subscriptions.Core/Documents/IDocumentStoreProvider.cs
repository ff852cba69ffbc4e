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

    /// <summary>Removes a database and all it holds; its store must have been disposed. Durable on return.</summary>
    /// <returns>False when there is no database of that name.</returns>
    ValueTask<bool> DropAsync(DatabaseName name, CancellationToken cancellationToken);
}
