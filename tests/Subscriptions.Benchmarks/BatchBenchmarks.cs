using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Queries;

namespace Subscriptions.Benchmarks;

/// <summary>A batch from the log: read, filter, collect. From the newest changes, which are in memory, and from the file.</summary>
public class BatchBenchmarks
{
    private const int Documents = 8_192;
    private const int MaxScanned = 10_000;
    private const long LargeTail = 64L * 1024 * 1024;
    private const long NoTail = 1;

    private SampleStore _store = null!;
    private FeedReader _reader = null!;
    private BatchBuilder _builder = null!;
    private SessionOptions _options = null!;

    /// <summary>The most documents in a batch.</summary>
    [Params(1, 256)]
    public int BatchSize { get; set; }

    /// <summary>Whether the changes are in the feed's memory.</summary>
    [Params(true, false)]
    public bool IsInTail { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _store = SampleStore.Create(Documents, IsInTail ? LargeTail : NoTail);
        _reader = new FeedReader(_store.Feed, ResumeToken.Beginning, SampleChanges.Collection, canMissDeletes: true);
        var query = SubscriptionQuery.Parse("from Orders where Company = 'companies/11'").Compile().CreateView();
        _options = SessionOptions.Create(BatchSize, SessionOptions.MostBytes, window: 1, closeWhenDrained: false);
        _builder = new BatchBuilder(_store.Feed, new SubscriptionView(query, includeDeletes: false, isRevisions: false), null, MaxScanned);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reader.Dispose();
        _store.Dispose();
    }

    [Benchmark]
    public async Task<BuiltBatch> Build()
    {
        var batch = await _builder.BuildAsync(_reader, _options, CancellationToken.None);
        if (batch.IsCaughtUp) _reader.Seek(ResumeToken.Beginning);
        return batch;
    }
}
