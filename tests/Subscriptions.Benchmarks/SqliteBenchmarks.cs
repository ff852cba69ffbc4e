using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Benchmarks;

/// <summary>Reads from the store's file, past every cache of the engine's own.</summary>
public class SqliteBenchmarks
{
    private const int Documents = 50_000;
    private const int PageSize = 256;
    private const long PageBytes = 4 * 1024 * 1024;

    private SampleStore _store = null!;
    private long _next;

    [GlobalSetup]
    public void Setup() => _store = SampleStore.Create(Documents, tailBytes: 1);

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark]
    public async Task<ChangePage> ReadPageOf256() => await ReadAsync(PageSize);

    [Benchmark]
    public async Task<ChangePage> ReadPageOf1() => await ReadAsync(1);

    [Benchmark]
    public async Task<Change?> Get()
    {
        _next = (_next % Documents) + 1;
        return await _store.Store.GetAsync($"orders/{_next}", CancellationToken.None);
    }

    private async Task<ChangePage> ReadAsync(int count)
    {
        _next = (_next + count) % (Documents - PageSize);
        return await _store.Store.ReadChangesAsync(0, _next, new ReadLimits(count, PageBytes), CancellationToken.None);
    }
}
