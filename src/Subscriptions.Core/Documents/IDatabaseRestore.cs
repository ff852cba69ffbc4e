namespace Subscriptions.Core.Documents;

/// <summary>A backup that was taken in and found good. Disposing removes what is left of it.</summary>
public interface IDatabaseRestore : IAsyncDisposable
{
    /// <summary>Puts the database in its place; durable on return. Whenever the process dies there is either the old database or the new one, whole. Once.</summary>
    /// <param name="replace">Takes the place of a database of that name, whose store must have been disposed.</param>
    /// <returns>False when there is one and it is not to be replaced; nothing was changed.</returns>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    ValueTask<bool> CommitAsync(bool replace);
}
