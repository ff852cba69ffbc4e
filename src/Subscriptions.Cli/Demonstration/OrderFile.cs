using System.Text.Json;

namespace Subscriptions.Cli.Demonstration;

/// <summary>Counts the orders of a company in the sample's file, without the server's or the import's help.</summary>
internal static class OrderFile
{
    /// <summary>The ids of the orders of a company.</summary>
    public static async Task<IReadOnlySet<string>> FindOrdersAsync(string path, string company, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && FindOrder(line, company, $"{path}:{number}") is { } id) ids.Add(id);
        }

        return ids;
    }

    private static string? FindOrder(string line, string company, string place)
    {
        try
        {
            using var order = JsonDocument.Parse(line);
            var isOfCompany = order.RootElement.GetProperty("content").TryGetProperty("Company", out var value) && value.ValueEquals(company);
            return isOfCompany ? order.RootElement.GetProperty("id").GetString() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DemoFailedException($"{place} is no order: {e.Message}", e);
        }
    }
}
