using System.Text.Json;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Members of a document that belong to CouchDB: those that start with an underscore.</summary>
internal static class SpecialMember
{
    /// <summary>Whether the property that a reader is at is one.</summary>
    public static bool Is(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? reader.GetString() is ['_', ..] : reader.ValueSpan is [(byte)'_', ..];
}
