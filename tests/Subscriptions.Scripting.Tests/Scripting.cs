using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Scripting.Tests;

/// <summary>Short ways to run functions on one document.</summary>
internal static class Scripting
{
    public const string Order =
        """{"Company":"companies/1","Freight":32.380,"Lines":[{"Product":"p/1","Price":14.5,"Quantity":2},{"Product":"p/2","Price":3}],"Tags":["a","b"],"ShipTo":{"City":"Reims"}}""";

    public static CompiledQuery Compile(string query, QueryLimits? limits = null, string parameters = "", TimeProvider? time = null) =>
        new QueryCompiler(limits, time, new JintScriptEngine(time)).Compile(query, parameters);

    public static IChangeView View(string query, QueryLimits? limits = null, string parameters = "") => Compile(query, limits, parameters).CreateView();

    public static Change Put(string content, string id = "orders/1") => new()
    {
        Id = id,
        Collection = "Orders",
        Partition = 0,
        Seqno = 1,
        Revision = default,
        Kind = ChangeKind.Put,
        Content = Encoding.UTF8.GetBytes(content),
    };

    /// <summary>What <c>select f(x)</c> makes of a document, or its error.</summary>
    public static string Project(string body, string content = Order, QueryLimits? limits = null)
    {
        var change = View($"declare function f(x) {{ {body} }} from Orders as x select f(x)", limits).Apply(Put(content))!;
        return change.Error ?? Text(change);
    }

    /// <summary>The JSON of an expression over a document, or its error.</summary>
    public static string Evaluate(string expression, string content = Order, QueryLimits? limits = null)
    {
        var change = View($"declare function f(x) {{ return {expression}; }} from Orders as x select {{ v: f(x) }}", limits).Apply(Put(content))!;
        return change.Error ?? Text(change)[5..^1];
    }

    public static string Text(Change? change) => Encoding.UTF8.GetString(change!.Content.Span);
}
