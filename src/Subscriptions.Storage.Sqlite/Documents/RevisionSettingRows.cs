using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A database's revision settings as they are stored.</summary>
internal static class RevisionSettingRows
{
    /// <summary>Replaces what is stored.</summary>
    public static void Write(SqliteConnection connection, RevisionSettings settings)
    {
        connection.Prepare("delete from revision_setting").Run();
        var insert = connection.Prepare("insert into revision_setting values(?1, ?2, ?3, ?4, ?5)");
        foreach (var (collection, revisions) in settings.Collections)
        {
            insert.Bind(1, collection);
            insert.Bind(2, revisions.IsEnabled ? 1 : 0);
            insert.Bind(3, revisions.MaxCount);
            insert.Bind(4, revisions.MaxAge?.Ticks);
            insert.Bind(5, revisions.PurgeOnDelete ? 1 : 0);
            insert.Run();
        }
    }

    /// <summary>Reads what is stored.</summary>
    public static RevisionSettings Read(SqliteConnection connection)
    {
        var settings = RevisionSettings.None;
        var select = connection.Prepare("select collection, enabled, max_count, max_age_ticks, purge_on_delete from revision_setting");
        while (select.Step())
        {
            settings = settings.With(select.Text(0), new CollectionRevisions
            {
                IsEnabled = select.Int64(1) != 0,
                MaxCount = select.IsNull(2) ? null : (int)select.Int64(2),
                MaxAge = select.IsNull(3) ? null : TimeSpan.FromTicks(select.Int64(3)),
                PurgeOnDelete = select.Int64(4) != 0,
            });
        }

        select.Reset();
        return settings;
    }
}
