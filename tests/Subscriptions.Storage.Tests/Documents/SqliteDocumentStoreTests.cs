using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

public class SqliteDocumentStoreTests : DocumentStoreContract
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

    protected override IDocumentStoreProvider OpenProvider()
    {
        _data?.Dispose();
        _data = DataFolder.Open(_folder["data"]);
        return SqliteDocumentStoreProvider.Open(_data, Time, Tuning);
    }
}
