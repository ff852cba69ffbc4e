using System.Text;
using System.Text.Json;
using Subscriptions.Core.Queries.Syntax;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Documents;

/// <summary>What a write may hold. Checked once, before a write reaches a store.</summary>
public static class DocumentLimits
{
    /// <summary>The longest document id, in bytes of UTF-8.</summary>
    public const int MaxIdBytes = 512;

    /// <summary>The longest collection name, in bytes of UTF-8.</summary>
    public const int MaxCollectionBytes = 128;

    /// <summary>The largest document content unless a database says otherwise: 3 MiB.</summary>
    public const int DefaultMaxDocumentBytes = 3 * 1024 * 1024;

    /// <summary>The deepest nesting of a document.</summary>
    public const int MaxDepth = 128;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks one operation.</summary>
    /// <param name="write">The operation.</param>
    /// <param name="maxDocumentBytes">The database's limit.</param>
    /// <param name="field">How the caller knows the operation: <c>operations[3]</c>.</param>
    /// <exception cref="InvalidInputException">A field is outside its limit; the message names field, value and limit.</exception>
    public static void Check(DocumentWrite write, int maxDocumentBytes, string field)
    {
        CheckId(write.Id, field + ".id");
        if (write.History is { } history) CheckHistory(history, write.Kind, field + ".history");
        if (write.Kind != WriteKind.Put) return;

        if (write.Collection is { } collection) CheckCollection(collection, field + ".collection");
        CheckContent(write.Id, write.Content.Span, maxDocumentBytes, field + ".content");
    }

    /// <summary>Checks a local document's id and content.</summary>
    /// <param name="id">The id.</param>
    /// <param name="content">The content; null: a delete.</param>
    /// <param name="maxDocumentBytes">The database's limit.</param>
    /// <exception cref="InvalidInputException">Something is outside its limits; the message names field, value and limit.</exception>
    public static void CheckLocal(string id, ReadOnlyMemory<byte>? content, int maxDocumentBytes)
    {
        CheckIdLength(id, "id");
        if (content is { } json) CheckContent(id, json.Span, maxDocumentBytes, "content");
    }

    /// <summary>Checks a document id.</summary>
    /// <exception cref="InvalidInputException">The id is empty, too long, not valid Unicode, or reserved.</exception>
    public static void CheckId(string id, string field)
    {
        CheckIdLength(id, field);
        if (id[0] == '_' && !id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal))
            throw new InvalidInputException(field, id, $"starts with '_', which is reserved; only '{CollectionName.DesignPrefix}…' is allowed");
    }

    /// <summary>Whether a document can have this id: what is none need not be looked for, and no store is to be asked for it.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdBytes && QueryText.IndexOfLoneSurrogate(id) < 0 && Encoding.UTF8.GetByteCount(id) <= MaxIdBytes;

    /// <summary>Checks a collection's name.</summary>
    /// <exception cref="InvalidInputException">The name is empty, too long, not valid Unicode, or reserved.</exception>
    public static void CheckCollection(string collection, string field)
    {
        if (collection == CollectionName.Empty) return;

        var bytes = CountUtf8(collection, field);
        if (bytes is 0 or > MaxCollectionBytes)
            throw new InvalidInputException(field, collection, $"is {bytes} bytes long; a collection name has 1 to {MaxCollectionBytes}");
        if (collection[0] == '@')
            throw new InvalidInputException(field, collection, $"starts with '@', which is reserved; only '{CollectionName.Empty}' is allowed");
    }

    private static void CheckIdLength(string id, string field)
    {
        if (id.Length == 0) throw new InvalidInputException(field, "", "is required");

        var bytes = CountUtf8(id, field);
        if (bytes > MaxIdBytes) throw new InvalidInputException(field, id, $"is {bytes} bytes long; an id has at most {MaxIdBytes}");
    }

    private static void CheckHistory(RevisionHistory history, WriteKind kind, string field)
    {
        var revision = history.Revision;
        if (kind == WriteKind.Touch) throw new InvalidInputException(field, revision.ToString(), "is of a touch; only puts and deletes have one");
        if (revision.Generation is < 1 or > RevisionHistory.MaxGeneration)
            throw new InvalidInputException(field, revision.ToString(), $"has a generation outside 1 to {RevisionHistory.MaxGeneration}");
        if (history.Ancestors.Count >= revision.Generation)
        {
            throw new InvalidInputException(
                field, revision.ToString(), $"has {history.Ancestors.Count} ancestors; one of its generation has at most {revision.Generation - 1}");
        }
    }

    private static void CheckContent(string id, ReadOnlySpan<byte> content, int maxDocumentBytes, string field)
    {
        if (content.Length > maxDocumentBytes)
        {
            throw new InvalidInputException(
                field, "", $"of '{id}' is {content.Length} bytes; the database's limit (max_document_bytes) is {maxDocumentBytes}");
        }

        try
        {
            var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth });
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            if (!isObject) throw new InvalidInputException(field, "", $"of '{id}' is not a JSON object");
            while (reader.Read()) CheckText(ref reader);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(
                field, "", $"of '{id}' is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} (nesting is limited to {MaxDepth})");
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(field, "", $"of '{id}' has text that is not valid UTF-8");
        }
    }

    // The reader checks the structure only; invalid UTF-8 inside a string would surface later, in some reader's face.
    private static void CheckText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) return;
        if (reader.ValueIsEscaped || !Ascii.IsValid(reader.ValueSpan)) _ = reader.GetString();
    }

    private static int CountUtf8(string text, string field)
    {
        try
        {
            return StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new InvalidInputException(field, text, "is not valid Unicode: it has a lone surrogate");
        }
    }
}
