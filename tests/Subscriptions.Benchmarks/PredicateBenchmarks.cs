using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Benchmarks;

/// <summary>Conditions on a document of 200 bytes: evaluated for each document and each subscription.</summary>
public class PredicateBenchmarks
{
    private readonly Change _change = SampleChanges.Changes(1)[0];
    private IChangeFilter _filter = null!;

    /// <summary>The query.</summary>
    [Params(
        "from Orders",
        "from Orders where Company = 'companies/11'",
        "from Orders where Company = 'companies/12'",
        "from Orders where Company = 'companies/11' and ShipVia in ('shippers/1', 'shippers/2')",
        "from Orders as o where o.Note = 'n' or o.Company = 'companies/11'")]
    public string Query { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup() => _filter = SubscriptionQuery.Parse(Query).Compile().CreateFilter();

    [Benchmark]
    public bool Matches() => _filter.Matches(_change);
}
