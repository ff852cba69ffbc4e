using System.Text.Json;

namespace Subscriptions.Cli.Demonstration;

/// <summary>Counts the orders of a company in the sample's file, without the server's or the import's help.</summary>
internal static class OrderFile
{
    /// <summary>The ids of the orders of a company.</summary>
    public static async Task<IReadOnlySet<string>> FindOrdersAsync(string path, string company, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>();
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            using var order = JsonDocument.Parse(line);
            if (order.RootElement.GetProperty("content").GetProperty("Company").GetString() == company)
            {
                ids.Add(order.RootElement.GetProperty("id").GetString()!);
            }
        }

        return ids;
    }
}
