using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Replication;

/// <summary><c>_revs_diff</c> and <c>_missing_revs</c>: which of the named revisions are not known here.</summary>
internal sealed class RevisionDifferenceEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes)
    {
        routes.Add(CouchPlace.Database, "_revs_diff", ("POST", request => AnswerAsync(request, null)));
        routes.Add(CouchPlace.Database, "_missing_revs", ("POST", request => AnswerAsync(request, "missing_revs")));
    }

    /// <param name="request">The request.</param>
    /// <param name="member">What the answer is wrapped in; the missing ones then stand there without their possible ancestors.</param>
    private async Task AnswerAsync(CouchRequest request, string? member)
    {
        var database = databases.Open(request);
        request.RequireJsonContent();
        using var body = await request.ReadObjectAsync();
        var wanted = body.RootElement.EnumerateObject().Select(Read).ToList();

        var rows = new CouchRows(request, StatusCodes.Status200OK);
        await using var json = new Utf8JsonWriter(rows.Output, CouchResponse.WriterOptions);
        json.WriteStartObject();
        if (member is not null) json.WriteStartObject(member);
        foreach (var (id, revisions) in wanted)
        {
            var known = DocumentLimits.IsId(id) && DocumentId.IsAllowed(id) ? await database.GetHistoryAsync(id, request.Aborted) : null;
            var missing = revisions.FindAll(r => known is null || !known.Has(r.Revision));
            if (missing.Count == 0) continue;

            json.WritePropertyName(id);
            if (member is null) WriteDifference(json, missing, known);
            else WriteTexts(json, missing);
            await json.FlushAsync(request.Aborted);
            await rows.SendAsync();
        }

        json.WriteEndObject();
        if (member is not null) json.WriteEndObject();
        await json.FlushAsync(request.Aborted);
        await rows.CompleteAsync();
    }

    private static void WriteDifference(Utf8JsonWriter json, List<Named> missing, RevisionHistory? known)
    {
        json.WriteStartObject();
        json.WritePropertyName("missing"u8);
        WriteTexts(json, missing);
        if (known is not null && missing.Exists(r => r.Generation > known.Revision.Generation))
        {
            json.WriteStartArray("possible_ancestors"u8);
            json.WriteStringValue(known.Revision.ToString());
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, List<Named> revisions)
    {
        json.WriteStartArray();
        foreach (var revision in revisions) json.WriteStringValue(revision.Text);
        json.WriteEndArray();
    }

    private static (string Id, List<Named> Revisions) Read(JsonProperty document)
    {
        if (document.Value.ValueKind != JsonValueKind.Array) throw CouchException.BadRequest("Request body must be an object of arrays of revisions.");
        return (NameOf(document), [.. document.Value.EnumerateArray().Select(r => new Named(r.Text() ?? throw CouchException.BadRequest("Invalid rev format")))]);
    }

    private static string NameOf(JsonProperty document)
    {
        try
        {
            return document.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            throw CouchException.InvalidJson();
        }
    }

    // A revision and what the client calls it, which is what it is told.
    private readonly record struct Named(string Text)
    {
        public Revision Revision { get; } = CouchRevision.Parse(Text);

        // Also of one that no document here can have.
        public ulong Number => ulong.Parse(Text.AsSpan(0, Text.IndexOf('-', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);

        public long Generation => (long)Math.Min(Number, long.MaxValue);
    }
}
