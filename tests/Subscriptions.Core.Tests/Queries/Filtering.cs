using System.Text;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>Short ways to filter one document.</summary>
internal static class Filtering
{
    /// <summary>Limits that no busy machine reaches, so that a regular expression always says whether it matches.</summary>
    public static readonly QueryLimits Patient = new() { RegexTime = TimeSpan.FromSeconds(30) };

    public static Change Put(string content, string id = "orders/1", string collection = "Orders") => Put(Encoding.UTF8.GetBytes(content), id, collection);

    public static Change Put(byte[] content, string id = "orders/1", string collection = "Orders") => new()
    {
        Id = id,
        Collection = collection,
        Partition = 0,
        Seqno = 1,
        Revision = default,
        Kind = ChangeKind.Put,
        Content = content,
    };

    public static Change Tombstone(ChangeKind kind = ChangeKind.Delete) => new()
    {
        Id = "orders/1",
        Collection = "Orders",
        Partition = 0,
        Seqno = 1,
        Revision = default,
        Kind = kind,
    };

    /// <summary>Whether the document passes <c>from Orders as x where …</c>.</summary>
    public static bool Matches(string where, string content, string parameters = "{}") =>
        Filter("from Orders as x where " + where, parameters).Matches(Put(content));

    public static IChangeFilter Filter(string query, string parameters = "{}") => Compile(query, parameters).CreateFilter();

    public static CompiledQuery Compile(string query, string parameters = "{}")
    {
        using var json = JsonDocument.Parse(parameters);
        return SubscriptionQuery.Parse(query).Compile(json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value), Patient);
    }
}
