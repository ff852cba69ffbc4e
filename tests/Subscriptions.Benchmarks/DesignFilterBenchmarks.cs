using System.Text;
using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Scripting;

namespace Subscriptions.Benchmarks;

/// <summary>Functions of design documents on a document of 200 bytes that passes, with the request of a usual client.</summary>
public class DesignFilterBenchmarks
{
    private static readonly byte[] Request = Encoding.UTF8.GetBytes(
        """
        {"info":{"db_name":"shop","update_seq":"12-abc","doc_count":50000,"doc_del_count":12,"instance_start_time":"0"},"id":null,"uuid":"6f1c8f0c6f1c4d5f8f0c6f1c4d5f8f0c",
        "method":"GET","requested_path":["shop","_changes?filter=app/company&company=companies/11"],"path":["shop","_changes"],
        "raw_path":"/shop/_changes?filter=app/company&company=companies/11","query":{"filter":"app/company","company":"companies/11"},
        "headers":{"Accept":"application/json","Accept-Encoding":"deflate, gzip","Connection":"keep-alive","Content-Type":"application/json","Host":"127.0.0.1:5984","User-Agent":"client/11"},
        "body":"undefined","peer":"127.0.0.1","form":{},"cookie":{},"userCtx":{"db":"shop","name":null,"roles":["_admin"]},"secObj":{"admins":{},"members":{}}}
        """);

    private readonly Change _change = SampleChanges.Changes(1)[0];
    private IChangeView _view = null!;

    /// <summary>The function; one that emits is a map function.</summary>
    [Params(
        "function (doc, req) { return true; }",
        "function (doc, req) { return doc.Company === 'companies/11'; }",
        "function (doc, req) { return doc.Company === req.query.company; }",
        "function (doc, req) { return !doc._deleted && doc.Lines[0].Quantity > 10 && req.userCtx.roles.indexOf('_admin') >= 0; }",
        "function (doc) { if (doc.Company) emit(doc.Company, null); }")]
    public string Source { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup()
    {
        var kind = Source.Contains("emit", StringComparison.Ordinal) ? DesignFunctionKind.Map : DesignFunctionKind.Filter;
        _view = new QueryCompiler(scripts: new JintScriptEngine()).CompileDesignFunction(Source, kind).CreateFilter(Request);
    }

    [Benchmark]
    public Change? Apply() => _view.Apply(_change);
}
