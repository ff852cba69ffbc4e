using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Storage.Tests.Writing;

public sealed class StoreObserverTests : IAsyncDisposable
{
    private static readonly SqliteTuning Tuning = new() { QueuedWrites = 4, GroupCount = 8 };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CounterHost _host = new();
    private readonly RecordingStoreObserver _observer = new();
    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer;

    public StoreObserverTests()
    {
        SqliteFile.Create(_folder["test.db"], Directory.CreateDirectory(_folder["new"]).FullName, CounterHost.Format, Tuning, _ => { });
        _file = SqliteFile.Open(_folder["test.db"], CounterHost.Format, Tuning, _observer);
        _writer = _file.StartWriter(_host, _time);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task RunAsync_WriterIsBusy_TellsWhatWaitsHowLongAndWhatIsShared()
    {
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = RunAsync(() =>
        {
            started.SetResult();
            gate.Wait(TestTimeout.Default);
            _time.Advance(TimeSpan.FromSeconds(2));
        });
        await started.Task.Within();

        // Two more than the queue holds: who waits before it counts too.
        var waiting = Enumerable.Range(0, 6).Select(_ => RunAsync(() => { })).ToArray();
        Assert.Equal(6, _observer.Queued);
        _time.Advance(TimeSpan.FromSeconds(3));
        gate.Set();
        await Task.WhenAll([first, .. waiting]).Within();

        Assert.Equal(0, _observer.Queued);
        Assert.Equal((1, 1, TimeSpan.FromSeconds(5)), _observer.Commits.First());
        Assert.Equal((7, 7), (_observer.Commits.Sum(c => c.Requests), _observer.Commits.Sum(c => c.Operations)));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(5)], _observer.Waits.Take(2));
        Assert.Empty(_observer.Faults);
    }

    [Fact]
    public async Task RunAsync_TransactionFails_TellsTheFaultAndNoCommit()
    {
        _host.Committing = () => throw new StoreException(StoreFault.DiskFull, "full");

        await Assert.ThrowsAsync<StoreException>(() => RunAsync(() => { }).Within());

        Assert.Equal([StoreFault.DiskFull], _observer.Faults);
        Assert.Empty(_observer.Commits);
    }

    [Fact]
    public async Task ExpireAsync_NothingIsDue_IsNoCommitAndWhatIsDueIsOne()
    {
        using var data = DataFolder.Open(_folder["data"]);
        await using var provider = SqliteDocumentStoreProvider.Open(data, _time, _observer);
        var info = new DatabaseInfo(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), _time.GetUtcNow());
        await using var store = (await provider.CreateAsync(info, new CommitRecorder(), Cancelled))!;
        await store.WriteAsync(
            [
                new DocumentWrite
                {
                    Kind = WriteKind.Put, Id = "a", Collection = "Orders", Content = "{}"u8.ToArray(), ExpiresAt = _time.GetUtcNow().AddSeconds(5),
                },
            ],
            Cancelled);
        Assert.Equal((1, 1), _observer.Commits.Select(c => (c.Requests, c.Operations)).Single());

        Assert.Equal(0, await store.ExpireAsync(_time.GetUtcNow(), 10, Cancelled));
        Assert.Single(_observer.Commits);

        Assert.Equal(1, await store.ExpireAsync(_time.GetUtcNow().AddSeconds(6), 10, Cancelled));
        Assert.Equal(2, _observer.Commits.Count);
    }

    [Fact]
    public async Task RunAsync_OneFailsOnItsOwnAccount_IsNoFault()
    {
        await Assert.ThrowsAsync<FormatException>(() => RunAsync(() => throw new FormatException("no")).Within());

        Assert.Empty(_observer.Faults);
    }

    [Fact]
    public async Task RunAsync_WriterIsClosed_NothingWaits()
    {
        await _file.DisposeAsync();

        await Assert.ThrowsAsync<StoreException>(() => RunAsync(() => { }).Within());

        Assert.Equal(0, _observer.Queued);
    }

    [Fact]
    public async Task ReadAsync_ReadFails_TellsTheFault()
    {
        var reading = _file.Readers.ReadAsync<int, int>(0, static (_, _) => throw new StoreException(StoreFault.Corrupt, "bad"), Cancelled);

        await Assert.ThrowsAsync<StoreException>(() => reading.Within());

        Assert.Equal([StoreFault.Corrupt], _observer.Faults);
    }

    private Task<int> RunAsync(Action work) => _writer.RunAsync(
        _ =>
        {
            work();
            return 0;
        },
        Cancelled).AsTask();
}
