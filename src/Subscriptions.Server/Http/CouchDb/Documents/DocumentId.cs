using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>What CouchDB takes for a document's id.</summary>
internal static class DocumentId
{
    /// <summary>Whether an id does not start with an underscore that means nothing.</summary>
    public static bool IsAllowed(string id) => !id.StartsWith('_') || id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal);

    /// <summary>Checks the id of a document that is to be written.</summary>
    /// <exception cref="CouchException">illegal_docid, in CouchDB's words.</exception>
    public static string Check(string id)
    {
        if (id.Length == 0) throw CouchException.IllegalId("Document id must not be empty");
        if (id == CollectionName.DesignPrefix) throw CouchException.IllegalId($"Illegal document id `{id}`");
        if (!IsAllowed(id)) throw CouchException.IllegalId("Only reserved document ids may start with underscore.");
        if (Encoding.UTF8.GetByteCount(id) > DocumentLimits.MaxIdBytes)
            throw CouchException.IllegalId($"Document id is too long: it may have {DocumentLimits.MaxIdBytes} bytes.");
        return id;
    }

    /// <summary>The path of a document, encoded.</summary>
    public static string Escape(string database, string id)
    {
        var name = id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal)
            ? CollectionName.DesignPrefix + Uri.EscapeDataString(id[CollectionName.DesignPrefix.Length..])
            : Uri.EscapeDataString(id);
        return $"/{Uri.EscapeDataString(database)}/{name}";
    }
}
