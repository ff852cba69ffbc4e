using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

public partial class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder? _data;

    private protected virtual SqliteTuning Tuning { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data?.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AnyCalls_AtRandom_AnswerAsTheModel(int partitions)
    {
        var seed = DocumentStoreModel.NewSeed();
        TestContext.Current.TestOutputHelper?.WriteLine($"MODEL_SEED={seed}");
        var observed = new CommitRecorder();
        var store = await CreateAsync("model", partitions, observed);

        await new DocumentStoreModel(seed, partitions, Time).RunAsync(
            store,
            observed,
            async () =>
            {
                await store.DisposeAsync();
                return store = await OpenAsync("model", observed);
            },
            steps: 1500);

        await store.DisposeAsync();
    }

    [Fact]
    public async Task History_OfManyChanges_TakesFewRowsAndNoneAfterAPurge()
    {
        await WriteAsync([.. Enumerable.Range(0, 2000).Select(n => Put("a", n))]);
        await WriteEachAsync(Put("b", 1) with { History = new RevisionHistory(new Revision(9, 9), [8]) });
        await WriteEachAsync(Put("b", 2) with { History = new RevisionHistory(new Revision(10, 10), [9, 8, 7, 6]) });

        Assert.InRange(CountRows("ancestor"), 2, AncestorRows.PackedGenerations + 1);

        await WriteAsync(Delete("a"), Delete("b"));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within());
        Assert.Equal(0, CountRows("ancestor"));
    }

    [Fact]
    public async Task Trim_ForgottenVersions_TakeNoRoom()
    {
        await Store.SetRevisionsAsync(RevisionSettings.None.With("Orders", new CollectionRevisions { MaxCount = 1 }), Token).Within();
        await WriteAsync(Put("a", 1), Put("a", 2), Put("a", 3));
        Assert.Equal((2, 3), (CountRows("archive"), CountRows("revision")));

        Assert.Equal(2, await Store.TrimRevisionsAsync(Time.GetUtcNow(), 1000, Token).Within());

        Assert.Equal((0, 1), (CountRows("archive"), CountRows("revision")));
    }

    [Fact]
    public async Task Trim_SettingsAreWidenedBetweenItsLookAndItsTurn_ForgetsNothing()
    {
        var (narrow, wide) = (new CollectionRevisions { MaxCount = 1 }, new CollectionRevisions());
        await Store.SetRevisionsAsync(RevisionSettings.None.With("Orders", narrow), Token).Within();
        for (var i = 1; i <= 3; i++) await WriteAsync(Put("a", i));
        var (isHeld, mayGoOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ManualResetEventSlim());
        Observer.Committed = () =>
        {
            isHeld.TrySetResult();
            mayGoOn.Wait(TestTimeout.Default);
        };
        var writing = WriteAsync(Put("b"));
        await isHeld.Task.Within();

        // The one is in the writer's queue behind the other, and has begun by the settings as they were.
        var widening = Store.SetRevisionsAsync(RevisionSettings.None.With("Orders", wide), Token).AsTask();
        var trimming = Store.TrimRevisionsAsync(Time.GetUtcNow(), maxRevisions: 1000, Token).AsTask();
        mayGoOn.Set();
        await writing;
        await widening.Within();

        Assert.Equal(0, await trimming.Within());
        Assert.Equal(4, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
        Observer.Committed = null;
        mayGoOn.Dispose();
    }

    protected override IDocumentStoreProvider OpenProvider()
    {
        _data?.Dispose();
        _data = DataFolder.Open(_folder["data"]);
        return SqliteDocumentStoreProvider.Open(_data, Time, Tuning);
    }

    private long CountRows(string table)
    {
        using var connection = SqliteConnection.Open(Path.Combine(_folder["data"], "databases", "orders.db"), SqliteAccess.Read);
        return connection.ReadInt64($"select count(*) from {table}");
    }
}
