using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>Short ways to look at one document through a query.</summary>
internal static class Viewing
{
    private static readonly QueryCompiler Compiler = new();

    public static IChangeView View(string query, string parameters = "") => Compiler.Compile(query, parameters).CreateView();

    /// <summary>What <c>from Orders as x select …</c> makes of the document.</summary>
    public static string Select(string select, string content, string parameters = "") =>
        Text(View("from Orders as x select " + select, parameters).Apply(Filtering.Put(content)));

    /// <summary>The ids that <c>from Orders as x include …</c> names.</summary>
    public static List<string> Includes(string include, string content)
    {
        var ids = new List<string>();
        View("from Orders as x include " + include).CollectIncludes(Filtering.Put(content), ids);
        return ids;
    }

    public static string Text(Change? change) => Encoding.UTF8.GetString(change!.Content.Span);

    /// <summary>A change of a document with revisions; null: there is no such version.</summary>
    public static Change Pair(string? current, string? previous) => new()
    {
        Id = "orders/1",
        Collection = "Orders",
        Partition = 0,
        Seqno = 2,
        Revision = default,
        Kind = current is null ? ChangeKind.Delete : ChangeKind.Put,
        Content = Encoding.UTF8.GetBytes(current ?? ""),
        Previous = previous is null ? null : new PreviousVersion(default, Encoding.UTF8.GetBytes(previous)),
    };
}
