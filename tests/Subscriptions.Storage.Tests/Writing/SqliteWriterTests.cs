using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Storage.Tests.Writing;

public sealed class SqliteWriterTests : IAsyncDisposable
{
    private static readonly SqliteTuning Tuning = new() { QueuedWrites = 8, GroupCount = 4 };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CounterHost _host = new();
    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer;

    public SqliteWriterTests()
    {
        SqliteFile.Create(_folder["test.db"], Directory.CreateDirectory(_folder["new"]).FullName, CounterHost.Format, Tuning, _ => { });
        _file = SqliteFile.Open(_folder["test.db"], CounterHost.Format, Tuning);
        _writer = _file.StartWriter(_host, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task RunAsync_ManyAtOnce_EachSeesTheOnesBeforeAndAllAreDurable()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Add(1))).Within();

        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), answers.Order());
        Assert.Equal(200, await ReadStored());
        Assert.Equal(200, _host.Committed);
    }

    [Fact]
    public async Task RunAsync_WhileATransactionRuns_WaitersShareTheNextOnes()
    {
        using var gate = new ManualResetEventSlim();
        var first = Run(_ =>
        {
            gate.Wait(TestTimeout.Default);
            return _host.Add(1);
        });
        var waiting = Enumerable.Range(0, 8).Select(_ => Add(1)).ToArray();

        gate.Set();
        await Task.WhenAll([first, .. waiting]).Within();

        // The first alone or with up to three more, then groups of at most four.
        Assert.InRange(_host.Commits, 3, 4);
    }

    [Fact]
    public async Task RunAsync_OneThrowsAfterItChangedSomething_OnlyItFails()
    {
        using var gate = new ManualResetEventSlim();
        var first = Run(_ =>
        {
            gate.Wait(TestTimeout.Default);
            return _host.Add(1);
        });
        var good = Add(10);
        var bad = Run(connection =>
        {
            connection.Execute("update counter set value = 999");
            _host.Add(1000);
            throw new FormatException("no");
        });
        var alsoGood = Add(100);

        gate.Set();

        await Assert.ThrowsAsync<FormatException>(() => bad.Within());
        await Task.WhenAll(first, good, alsoGood).Within();
        Assert.Equal(111, await ReadStored());
        Assert.Equal(111, _host.Committed);
    }

    [Fact]
    public async Task RunAsync_StorageFaultInTheGroup_EveryCallerFailsAndNothingChanged()
    {
        await Add(5);
        _host.Committing = () => throw new StoreException(StoreFault.DiskFull, "full");
        var failing = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Record.ExceptionAsync(() => Add(1)).AsTask())).Within();
        _host.Committing = null;

        Assert.All(failing, e => Assert.Equal(StoreFault.DiskFull, Assert.IsType<StoreException>(e).Kind));
        Assert.Equal(5, _host.Committed);
        Assert.Equal(6, await Add(1).Within());
        Assert.Equal(6, await ReadStored());
    }

    [Fact]
    public async Task RunAsync_CancelledBeforeItBegan_IsNotDone()
    {
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var first = Run(_ =>
        {
            gate.Wait(TestTimeout.Default);
            return 0;
        });
        var cancelled = _writer.RunAsync(_ => _host.Add(1), cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        gate.Set();
        await first.Within();
        await Add(10).Within();

        Assert.Equal(10, _host.Committed);
    }

    [Fact]
    public async Task RunAsync_CallbackOfACaller_DoesNotRunOnTheWriter()
    {
        string? writerThread = null;
        string? callerThread = null;
        await Run(_ =>
        {
            writerThread = Thread.CurrentThread.Name;
            return 0;
        }).ContinueWith(
            _ => callerThread = Thread.CurrentThread.Name,
            TestContext.Current.CancellationToken,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default).Within();

        Assert.StartsWith("writer of ", writerThread, StringComparison.Ordinal);
        Assert.NotEqual(writerThread, callerThread);
    }

    [Fact]
    public async Task RunAsync_HostFailsAfterTheCommit_WriterClosesAndSaysTheOutcomeIsUnknown()
    {
        _host.AfterCommit = () => throw new FormatException("host");

        var first = await Assert.ThrowsAsync<StoreException>(() => Add(1).Within());
        var second = await Assert.ThrowsAsync<StoreException>(() => Add(1).Within());

        Assert.True(first.OutcomeUnknown);
        Assert.False(second.OutcomeUnknown);
        Assert.Equal(StoreFault.Closed, second.Kind);
        Assert.Contains("host", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_WithQueuedWork_CarriesItOutAndRefusesMore()
    {
        var queued = Enumerable.Range(0, 8).Select(_ => Add(1)).ToArray();

        await _writer.DisposeAsync().Within();

        await Task.WhenAll(queued).Within();
        Assert.Equal(8, _host.Committed);
        var refused = await Assert.ThrowsAsync<StoreException>(() => Add(1).Within());
        Assert.Equal(StoreFault.Closed, refused.Kind);
    }

    [Fact]
    public async Task Upkeep_WhenIdle_RunsOnlyAfterTheIdleDelay()
    {
        _host.Upkeep = WriterUpkeep.WhenIdle;
        await Add(1).Within();
        Assert.Equal(0, _host.UpkeepRuns);

        await AdvanceUntil(() => _host.UpkeepRuns == 1);

        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Upkeep_WhenIdle_IsNotPutOffByRequestsThatWriteNothing()
    {
        _host.Upkeep = WriterUpkeep.WhenIdle;
        await Add(1).Within();

        for (var i = 0; i < 1_000 && _host.UpkeepRuns == 0; i++)
        {
            _time.Advance(Tuning.IdleDelay / 2);
            await Run(_ => 0).Within();
        }

        Assert.Equal(1, _host.UpkeepRuns);
    }

    [Fact]
    public async Task Upkeep_WhenIdle_IsPutOffByRequestsThatWrite()
    {
        _host.Upkeep = WriterUpkeep.WhenIdle;
        for (var i = 0; i < 50; i++)
        {
            await Add(1).Within();
            _time.Advance(Tuning.IdleDelay / 2);
        }

        await Add(1).Within();
        Assert.Equal(0, _host.UpkeepRuns);
    }

    [Fact]
    public async Task Upkeep_Now_RunsBetweenWrites()
    {
        _host.Upkeep = WriterUpkeep.Now;
        await Add(1).Within();
        await Add(1).Within();

        Assert.Equal(1, _host.UpkeepRuns);
    }

    [Fact]
    public async Task Upkeep_Fails_WritesGoOnAndItIsTriedAgainLater()
    {
        _host.Upkeep = WriterUpkeep.Now;
        _host.UpkeepWork = _ =>
        {
            _host.Add(100);
            _host.Upkeep = WriterUpkeep.Now;
            throw new StoreException(StoreFault.DiskFull, "full");
        };
        for (var i = 0; i < 3; i++) await Add(1).Within();
        Assert.Equal(1, _host.UpkeepRuns);
        Assert.Equal(3, await ReadStored());

        _host.UpkeepWork = null;
        await AdvanceUntil(() => _host.UpkeepRuns == 2);
    }

    private Task<long> Add(long by) => Run(_ => _host.Add(by));

    private Task<long> Run(Func<SqliteConnection, long> work) => _writer.RunAsync(work, CancellationToken.None).AsTask();

    private Task<long> ReadStored() =>
        _file.Readers.ReadAsync(0, static (c, _) => c.ReadInt64("select value from counter"), CancellationToken.None).AsTask();

    // The writer acts on its own thread: the clock is moved until that thread has done what is waited for.
    private async Task AdvanceUntil(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(TestTimeout.Default);
        while (!condition())
        {
            timeout.Token.ThrowIfCancellationRequested();
            _time.Advance(Tuning.IdleDelay);
            await Task.Yield();
        }

        while (_time.ArmedTimers > 0)
        {
            timeout.Token.ThrowIfCancellationRequested();
            _time.Advance(Tuning.IdleDelay);
            await Task.Yield();
        }
    }
}
