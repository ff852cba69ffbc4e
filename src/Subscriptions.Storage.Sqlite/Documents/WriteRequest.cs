using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>One caller's write request on its way through the writer.</summary>
/// <param name="operations">What is to be done.</param>
/// <param name="write">Does it: everything or nothing, or each operation for itself.</param>
internal sealed class WriteRequest<T>(IReadOnlyList<DocumentWrite> operations, Func<IReadOnlyList<DocumentWrite>, T> write) : WriteItem<T>
{
    /// <inheritdoc />
    public override long Size { get; } = operations.Sum(
        o => (long)o.Content.Length + o.Id.Length + ((o.History?.Ancestors.Count ?? 0) * AncestorChain.DigestBytes));

    /// <inheritdoc />
    public override int Operations => operations.Count;

    /// <inheritdoc />
    protected override T Run(SqliteConnection connection) => write(operations);
}
