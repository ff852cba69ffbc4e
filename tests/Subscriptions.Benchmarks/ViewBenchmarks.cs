using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Scripting;

namespace Subscriptions.Benchmarks;

/// <summary>What queries make of a document of 200 bytes that matches them: selections, functions that decide, functions that project.</summary>
public class ViewBenchmarks
{
    private readonly Change _change = SampleChanges.Changes(1)[0];
    private IChangeView _view = null!;

    /// <summary>The query.</summary>
    [Params(
        "from Orders as o where o.Lines[].Product = 'products/7'",
        "from Orders select Company, ShipVia as Via",
        "from Orders as o select { Id: id(), To: { Company: o.Company }, Prices: o.Lines[].Price }",
        "declare function f(o) { return o.Company === 'companies/11'; } from Orders as o where f(o)",
        "declare function f(o) { return o.Company === 'companies/11' && o.Lines[0].Quantity > 10; } from Orders as o where f(o)",
        "declare function f(o) { return { c: o.Company, t: o.Lines[0].Quantity * o.Lines[0].Price }; } from Orders as o select f(o)")]
    public string Query { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup() => _view = new QueryCompiler(scripts: new JintScriptEngine()).Compile(Query).CreateView();

    [Benchmark]
    public Change? Apply() => _view.Apply(_change);
}
