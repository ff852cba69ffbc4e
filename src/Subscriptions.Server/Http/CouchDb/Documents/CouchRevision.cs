using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Reads revisions as clients write them.</summary>
internal static class CouchRevision
{
    /// <summary>
    /// A revision. Elsewhere any text may follow the generation; no document here has such a revision, and it becomes one that none has.
    /// </summary>
    /// <exception cref="CouchException">It is not a number, a dash and something.</exception>
    public static Revision Parse(string? text) =>
        TryParse(text, out var revision) ? revision : throw CouchException.BadRequest("Invalid rev format");

    /// <summary>A revision.</summary>
    /// <returns>False when the text is not a number, a dash and something.</returns>
    public static bool TryParse(string? text, out Revision revision)
    {
        if (Revision.TryParse(text, out revision)) return true;

        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        var isRevision = dash > 0 && dash < text!.Length - 1
            && ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out _);

        // Generations start at 1.
        revision = default;
        return isRevision;
    }

    /// <summary>The revision in the value of a header: <c>"1-…"</c>.</summary>
    public static Revision ParseTag(string value) => Parse(value.Trim().Trim('"'));
}
