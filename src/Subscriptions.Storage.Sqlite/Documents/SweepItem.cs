using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A sweep through the documents: has as many operations as it found something to do, which is mostly none.</summary>
internal sealed class SweepItem(Func<int> sweep) : WriteItem<int>
{
    private int _swept;

    /// <inheritdoc />
    public override int Operations => _swept;

    /// <inheritdoc />
    protected override int Run(SqliteConnection connection) => _swept = sweep();
}
