using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Databases;

public sealed partial class DatabaseCatalog
{
    /// <summary>
    /// Makes a database of a backup, or replaces one by it; durable on return. Its history goes on in a new branch of each partition. Who is connected to a
    /// database that is replaced is ended with HISTORY_CHANGED; its subscriptions stay.
    /// </summary>
    /// <param name="name">What it is to be called.</param>
    /// <param name="backup">The backup; read to its end.</param>
    /// <param name="replace">Replaces a database of that name.</param>
    /// <param name="cancellationToken">Gives up, unless the backup has been read: then the restore is carried through.</param>
    /// <exception cref="EngineException">INVALID_BACKUP, DATABASE_EXISTS, DATABASE_BUSY, LIMIT_EXCEEDED; everything is as before.</exception>
    public async Task<Database> RestoreAsync(DatabaseName name, Stream backup, bool replace, CancellationToken cancellationToken)
    {
        // Looked at before the backup is read, and again behind it: much may happen while it comes in.
        CheckPlace(name, replace);
        await using var restore = await documents.PrepareRestoreAsync(name, backup, cancellationToken);
        if (!IsKnown(name) && await TryAddAsync(name, restore) is { } added) return added;

        CheckPlace(name, replace);
        var (database, _) = await WhileClosedAsync(name, async () => await restore.CommitAsync(replace: true));
        return database;
    }

    private async Task<Database?> TryAddAsync(DatabaseName name, IDatabaseRestore restore)
    {
        await _changing.WaitAsync();
        try
        {
            if (IsKnown(name)) return null;

            CheckRoom(name);
            var added = await AllOrNothingAsync(name, async () =>
            {
                if (!await restore.CommitAsync(replace: false)) return null;
                await OpenAsync(name, CancellationToken.None);
                return _databases[name];
            });
            return added ?? throw Taken(name);
        }
        finally
        {
            _changing.Release();
        }
    }

    private bool IsKnown(DatabaseName name) => _databases.ContainsKey(name) || _away.ContainsKey(name);

    private void CheckPlace(DatabaseName name, bool replace)
    {
        if (!IsKnown(name)) CheckRoom(name);
        else if (!replace) throw Taken(name);
    }

    private static EngineException Taken(DatabaseName name) => new(
        ErrorCode.DatabaseExists,
        $"Database '{name}' exists, and a restore without replace takes no database's place. Nothing was changed.",
        ("database", name.Value));
}
