using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Restores;

/// <summary>A database whose history changes under everybody who reads it, on the server program.</summary>
public sealed class RestoreUnderReadersTests : IAsyncLifetime
{
    private const int TimeLimit = 180_000;
    private const string Database = "shop";

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private readonly Random _random = new(7);
    private SubscriptionsClient _client = null!;

    public RestoreUnderReadersTests() => _server = new ServerProcess(_folder["data"]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new SubscriptionsClient(_server.Address);
        var settings = new DatabaseSettings { Revisions = [new CollectionRevisions("Things")] };
        await _client.Databases.CreateAsync(Database, settings: settings, cancellationToken: Cancelled);
        var definition = new SubscriptionDefinition("all", "from @all_docs") { IncludeDeletes = true };
        await _client.Subscriptions.CreateAsync(Database, definition, cancellationToken: Cancelled);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restore_OlderBackupUnderReaders_EachIsSentBackInItsOwnWayAndConverges()
    {
        await RunAsync(async readers =>
        {
            await WriteAsync(200);
            using var backup = new MemoryStream();
            var bytes = await _client.Databases.BackUpAsync(Database, backup, cancellationToken: Cancelled);
            Assert.Equal(bytes, backup.Length);
            await WriteAsync(200);
            await ConvergeAsync(readers);

            backup.Position = 0;
            var restored = await _client.Databases.RestoreAsync(Database, backup, replace: true, cancellationToken: Cancelled);
            await WriteAsync(50);

            await ConvergeAsync(readers);
            return restored.Partitions[0].FailoverLog[0].StartSeqno;
        });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Rewind_UnderReaders_EachIsSentBackInItsOwnWayAndConverges()
    {
        await RunAsync(async readers =>
        {
            await WriteAsync(300);
            await ConvergeAsync(readers);

            var result = await _client.Databases.RewindAsync(Database, partition: 0, seqno: 150, cancellationToken: Cancelled);
            await WriteAsync(50);

            await ConvergeAsync(readers);
            Assert.Equal(0, result.DeletedDocuments);
            Assert.True(result.RestoredDocuments > 0);
            return 150;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    // The body tells to which seqno the readers must have been sent back.
    private async Task RunAsync(Func<Readership, Task<long>> body)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var http = new Uri(_server.Log.Split('\n').Select(line => line.Split("HTTP listening on ")).Single(parts => parts.Length == 2)[1]);
        var readers = new Readership(stop.Token)
        {
            { "worker", new Copy(_client, Database), (copy, token) => Readers.WorkAsync(_client, Database, copy, token) },
            { "feed", new Copy(_client, Database), (copy, token) => Readers.WatchAsync(_client, Database, copy, token) },
            { "http", new Copy(_client, Database), (copy, token) => Readers.FollowAsync(http, Database, copy, token) },
        };

        var branchedAt = await body(readers);

        Assert.All(readers, reader => Assert.Equal((reader.Name, branchedAt), (reader.Name, Assert.Single(reader.Copy.Rewinds))));
        await stop.CancelAsync();
        foreach (var reader in readers) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.Running.Within());
    }

    // Puts and deletions of few documents, so that much is replaced.
    private async Task WriteAsync(int count)
    {
        for (var i = 0; i < count; i += 10)
        {
            await _client.Documents.WriteAsync(
                Database,
                Enumerable.Range(0, 10).Select(_ => $"d{_random.Next(60)}").Select(id =>
                    _random.Next(4) == 0 ? DocumentOperation.Delete(id) : DocumentOperation.Put(id, new { Value = _random.Next() }, "Things")),
                Cancelled);
        }
    }

    private async Task ConvergeAsync(Readership readers)
    {
        var page = await _client.Changes.GetAsync(Database, new ChangesOptions { Limit = 10_000 }, Cancelled);
        var documents = page.Rows.Where(row => row.Kind == ChangeKind.Put).ToDictionary(row => row.Id, row => row.Revision);
        using var patience = new CancellationTokenSource(TestTimeout.Default);
        foreach (var reader in readers)
        {
            while (!reader.Copy.Documents.SequenceEqual(documents.OrderBy(d => d.Key, StringComparer.Ordinal)))
            {
                Assert.False(reader.Running.IsCompleted, $"{reader.Name}: {reader.Running.Exception}");
                if (patience.IsCancellationRequested) Assert.Fail($"The {reader.Name} did not come to what the database has.");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
            }
        }
    }
}
