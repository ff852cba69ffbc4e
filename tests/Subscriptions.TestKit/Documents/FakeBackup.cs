using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.TestKit.Documents;

/// <summary>Backups of fake databases: the bytes only name what stays in memory.</summary>
internal static class FakeBackup
{
    private static readonly ConcurrentDictionary<string, FakeDatabase> Kept = new();
    private static long _count;

    public static Stream Make(FakeDatabase database)
    {
        // The number is not at the end: backup 12, cut short, must not be backup 1.
        var key = string.Create(CultureInfo.InvariantCulture, $"backup {Interlocked.Increment(ref _count)} of a fake database");
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
