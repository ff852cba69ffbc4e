using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.TestKit.Documents;

/// <summary>Backups of fake databases: the bytes only name what stays in memory.</summary>
internal static class FakeBackup
{
    private const string Prefix = "backup of a fake database: ";

    private static readonly ConcurrentDictionary<string, FakeDatabase> Kept = new();
    private static long _count;

    public static Stream Make(FakeDatabase database)
    {
        var key = Prefix + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        Kept[key] = database.Copy(database.Info.Name);
        return new MemoryStream(Encoding.ASCII.GetBytes(key), writable: false);
    }

    public static async ValueTask<FakeDatabase> ReadAsync(DatabaseName name, Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return Kept.TryGetValue(Encoding.ASCII.GetString(bytes.ToArray()), out var backup)
            ? backup.Restored(name)
            : throw InvalidBackup.Because(name, "it is no backup of a fake database");
    }
}
