using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>What a design document must look like to be taken: its functions are text.</summary>
internal static class DesignDocument
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DocumentLimits.MaxDepth };

    /// <summary>Checks a document that is to be written; others than design documents are not looked at.</summary>
    /// <exception cref="CouchException">invalid_design_doc.</exception>
    public static void Check(string id, IncomingDocument document)
    {
        if (document.IsDeleted || !id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal)) return;

        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(document.Content, Options);
        }
        catch (JsonException)
        {
            throw CouchException.BadRequest($"Document '{id}' is nested deeper than {DocumentLimits.MaxDepth}.");
        }

        using (json)
        {
            foreach (var function in MembersOf(json.RootElement, "filters"))
                Require(function.Value.ValueKind is JsonValueKind.String or JsonValueKind.Object, $"filters.{function.Name}", "string");
            foreach (var view in MembersOf(json.RootElement, "views"))
            {
                Require(view.Value.ValueKind == JsonValueKind.Object, $"views.{view.Name}", "object");
                if (view.Value.TryGetProperty("map"u8, out var map)) Require(map.ValueKind is JsonValueKind.String or JsonValueKind.Object, $"views.{view.Name}.map", "string");
            }
        }
    }

    private static JsonElement.ObjectEnumerator MembersOf(JsonElement document, string name)
    {
        if (!document.TryGetProperty(name, out var value)) return default;
        Require(value.ValueKind == JsonValueKind.Object, name, "object");
        return value.EnumerateObject();
    }

    private static void Require(bool holds, string field, string type)
    {
        if (holds) return;
        throw new CouchException(StatusCodes.Status400BadRequest, "invalid_design_doc", $"`{field}` field must have `{type}` type");
    }
}
