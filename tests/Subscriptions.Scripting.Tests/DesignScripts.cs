using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;

namespace Subscriptions.Scripting.Tests;

/// <summary>Short ways to run functions of design documents on one document.</summary>
internal static class DesignScripts
{
    public static readonly Revision Second = new(2, 0xab);

    public static DesignFunction Compile(string source, DesignFunctionKind kind = DesignFunctionKind.Filter, QueryLimits? limits = null) =>
        new QueryCompiler(limits, scripts: new JintScriptEngine()).CompileDesignFunction(source, kind);

    public static IChangeView Filter(string source, string request = "{}", QueryLimits? limits = null) =>
        Compile(source, DesignFunctionKind.Filter, limits).CreateFilter(Encoding.UTF8.GetBytes(request));

    public static IChangeView Map(string source, QueryLimits? limits = null) => Compile(source, DesignFunctionKind.Map, limits).CreateFilter();

    /// <summary>Whether the document passes, or why that cannot be told.</summary>
    public static string Outcome(this IChangeView view, Change change)
    {
        var result = view.Apply(change);
        if (result is null) return "no";
        return result.Error ?? (ReferenceEquals(result, change) ? "yes" : "a copy");
    }

    public static string Outcome(this IChangeView view, string content = Scripting.Order) => view.Outcome(Document(content));

    public static Change Document(string content = Scripting.Order, string id = "orders/1") => new()
    {
        Id = id,
        Collection = "Orders",
        Partition = 0,
        Seqno = 1,
        Revision = Second,
        Kind = ChangeKind.Put,
        Content = Encoding.UTF8.GetBytes(content),
    };

    public static Change Deleted(string id = "orders/1", ChangeKind kind = ChangeKind.Delete) => new()
    {
        Id = id,
        Collection = "Orders",
        Partition = 0,
        Seqno = 2,
        Revision = Second,
        Kind = kind,
    };
}
