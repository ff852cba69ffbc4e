using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Items as programs read them. The members are part of the program's contract: docs/cli.md.</summary>
internal static class ItemJson
{
    /// <summary>Writes an item's members.</summary>
    public static void Write(Utf8JsonWriter json, SubscriptionItem item)
    {
        json.WriteString("id", item.Id);
        json.WriteNumber("seqno", item.Seqno);
        JsonText.WriteContent(json, "content", item.Content.Span);
        json.WriteNumber("attempt", item.Attempt);
        json.WriteString("collection", item.Collection);
        json.WriteString("kind", ChangeKindName.Of(item.Kind));
        json.WriteString("revision", item.Revision);
        json.WriteNumber("partition", item.Partition);
        json.WriteString("changedAt", item.ChangedAt.UtcDateTime);
        if (item.ExpiresAt is { } at) json.WriteString("expiresAt", at.UtcDateTime);
        if (item.Error is { } error) json.WriteString("error", error);
        if (item.PreviousRevision is { } previous) json.WriteString("previousRevision", previous);
        if (item.HasPrevious) JsonText.WriteContent(json, "previousContent", item.PreviousContent.Span);
    }

    /// <summary>Writes the members of a document that comes along. It has no "id", so that who looks for items does not take it for one.</summary>
    public static void Write(Utf8JsonWriter json, IncludedDocument document)
    {
        json.WriteString("included", document.Id);
        JsonText.WriteContent(json, "content", document.Content.Span);
        json.WriteString("collection", document.Collection);
        json.WriteString("revision", document.Revision);
    }
}
