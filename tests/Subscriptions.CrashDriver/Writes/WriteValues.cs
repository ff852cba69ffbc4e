using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Writes;

/// <summary>What the process that is killed and the test that checks have in common.</summary>
public static class WriteValues
{
    /// <summary>How many writers there are.</summary>
    public const int Writers = 6;

    /// <summary>How many partitions the database has.</summary>
    public const int Partitions = 3;

    /// <summary>How many documents a writer has.</summary>
    public const int DocumentsOfAWriter = 12;

    /// <summary>The collection of all documents.</summary>
    public const string Collection = "Crash";

    /// <summary>The database.</summary>
    public static readonly DatabaseName Database = DatabaseName.Parse("crash");

    /// <summary>A document's id.</summary>
    public static string Id(int writer, int document) => $"writer-{writer}/document-{document}";

    /// <summary>Content that says what it is, of a length that varies from a few bytes to several pages.</summary>
    public static byte[] Content(int writer, int document, long value)
    {
        var padding = new string((char)('a' + (value % 26)), (int)(value * 7919 % 23 == 0 ? 9000 : value * 31 % 300));
        return Encoding.UTF8.GetBytes($"{{\"writer\":{writer},\"document\":{document},\"value\":{value},\"padding\":\"{padding}\"}}");
    }

    /// <summary>The value that content says it has, if it is whole.</summary>
    /// <exception cref="FormatException">The content is not what <see cref="Content"/> makes of its value.</exception>
    public static long Value(int writer, int document, ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content);
        var start = text.IndexOf("\"value\":", StringComparison.Ordinal) + "\"value\":".Length;
        var end = text.IndexOf(',', Math.Max(start, 0));
        return end > 0
            && long.TryParse(text.AsSpan(start, end - start), CultureInfo.InvariantCulture, out var value)
            && content.SequenceEqual(Content(writer, document, value))
            ? value
            : throw new FormatException($"{Id(writer, document)} is torn: {text}");
    }

    /// <summary>Opens the database, which is made where there is none.</summary>
    public static async Task<IDocumentStore> OpenAsync(IDocumentStoreProvider provider, ICommitObserver observer)
    {
        var info = new DatabaseInfo(Database, Partitions, new DatabaseSettings(), DateTimeOffset.UnixEpoch);
        return await provider.OpenAsync(Database, observer, CancellationToken.None)
            ?? await provider.CreateAsync(info, observer, CancellationToken.None)
            ?? throw new InvalidOperationException($"'{Database}' can be neither opened nor created.");
    }

    /// <summary>A provider for which everything that happens seldom happens often, so that kills meet it.</summary>
    internal static SqliteDocumentStoreProvider Open(DataFolder folder) => SqliteDocumentStoreProvider.Open(
        folder,
        TimeProvider.System,
        new SqliteTuning { CheckpointPages = 64, ReplacedRows = 20, CompactedRows = 16, IdleDelay = TimeSpan.FromMilliseconds(5) });
}
