using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>A <see cref="WriteItem{T}"/> whose work is a delegate.</summary>
internal sealed class DelegateWriteItem<T>(Func<SqliteConnection, T> work) : WriteItem<T>
{
    /// <inheritdoc />
    protected override T Run(SqliteConnection connection) => work(connection);
}
