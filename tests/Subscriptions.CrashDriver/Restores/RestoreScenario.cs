using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Restores;

/// <summary>
/// Round after round writes a number to all documents of a database, backs it up, writes the number's negative to them, and replaces the database by the
/// backup. So all documents always have the same number; and when a round has ended, its own.
/// </summary>
public sealed class RestoreScenario : ICrashScenario
{
    /// <summary>How many documents there are.</summary>
    public const int Documents = 300;

    private const int Rounds = 10_000;

    /// <summary>The database.</summary>
    public static DatabaseName Database { get; } = DatabaseName.Parse("restored");

    /// <summary>The id of a document.</summary>
    public static string Id(int document) => string.Create(CultureInfo.InvariantCulture, $"doc-{document}");

    /// <summary>The number that a document has.</summary>
    public static long Number(Change document) => long.Parse(Encoding.UTF8.GetString(document.Content.Span)[5..^1], CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        var first = await OpenAsync(provider);
        var round = await first.GetAsync(Id(0), CancellationToken.None) is { } before ? Math.Abs(Number(before)) : 0;
        await first.DisposeAsync();
        journal.Write(CrashJournal.Ready);
        for (var last = round + Rounds; round < last;)
        {
            round++;
            var store = await OpenAsync(provider);
            await WriteAsync(store, round);
            await using var backup = await store.BackUpAsync(CancellationToken.None);
            await WriteAsync(store, -round);
            await store.DisposeAsync();
            await using var restore = await provider.PrepareRestoreAsync(Database, backup, CancellationToken.None);
            await restore.CommitAsync(replace: true);
            journal.Write(round.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task<IDocumentStore> OpenAsync(SqliteDocumentStoreProvider provider) =>
        await provider.OpenAsync(Database, new IgnoringObserver(), CancellationToken.None)
        ?? await provider.CreateAsync(
            new DatabaseInfo(Database, 2, new DatabaseSettings(), TimeProvider.System.GetUtcNow()), new IgnoringObserver(), CancellationToken.None)
        ?? throw new InvalidOperationException("The database neither exists nor can be created.");

    private static async Task WriteAsync(IDocumentStore store, long number)
    {
        var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{number}}}"));
        await store.WriteAsync(
            [.. Enumerable.Range(0, Documents).Select(d => new DocumentWrite { Kind = WriteKind.Put, Id = Id(d), Content = content })], CancellationToken.None);
    }
}
