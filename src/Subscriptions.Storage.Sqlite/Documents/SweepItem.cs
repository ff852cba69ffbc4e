using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A sweep through the documents: has as many operations as it found something to do, which is mostly none.</summary>
/// <param name="sweep">Does it.</param>
/// <param name="count">How many things it did.</param>
internal sealed class SweepItem<T>(Func<T> sweep, Func<T, int> count) : WriteItem<T>
{
    private int _swept;

    /// <inheritdoc />
    public override int Operations => _swept;

    /// <inheritdoc />
    protected override T Run(SqliteConnection connection)
    {
        var result = sweep();
        _swept = count(result);
        return result;
    }
}
