using System.Runtime.CompilerServices;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Http.CouchDb.Listing;

/// <summary>Reads a long range in short pages, so that no read lasts long and little is in memory.</summary>
internal static class DocumentPages
{
    private const int PageCount = 1000;
    private const long PageBytes = 1024 * 1024;

    /// <summary>The documents of a range.</summary>
    /// <param name="database">The database.</param>
    /// <param name="range">Where, and whether with contents; its limits are not used.</param>
    /// <param name="count">The most documents.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static async IAsyncEnumerable<ListedDocument> ReadAsync(
        Database database, DocumentRange range, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var page = await database.ListDocumentsAsync(range with { MaxCount = Math.Min(count, PageCount), MaxBytes = PageBytes }, cancellationToken);
            foreach (var document in page.Documents) yield return document;
            if (page.IsComplete || page.Documents.Count == 0) yield break;

            count -= page.Documents.Count;
            range = range with { StartId = page.Documents[^1].Id, IsStartIncluded = false, Skip = 0 };
        }
    }
}
