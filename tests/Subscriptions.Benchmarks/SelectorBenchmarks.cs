using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Selectors;

namespace Subscriptions.Benchmarks;

/// <summary>CouchDB selectors on a document of 200 bytes.</summary>
public class SelectorBenchmarks
{
    private readonly Change _change = SampleChanges.Changes(1)[0];
    private IChangeFilter _filter = null!;

    /// <summary>The selector.</summary>
    [Params(
        """{"Company":"companies/11"}""",
        """{"Lines":{"$elemMatch":{"Quantity":{"$gt":10}}}}""",
        """{"_id":{"$gt":"orders/"},"$or":[{"Note":"n"},{"ShipVia":{"$in":["shippers/1","shippers/2"]}}]}""")]
    public string Json { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup() => _filter = Selector.Parse(Json).CreateFilter();

    [Benchmark]
    public bool Matches() => _filter.Matches(_change);
}
