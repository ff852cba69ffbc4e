using System.Buffers;
using System.Globalization;
using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>What a reader may ask to be told beside a document.</summary>
/// <param name="Revisions"><c>_revisions</c>: the way to it.</param>
/// <param name="RevisionsInfo"><c>_revs_info</c>: the same, and which of those versions are kept.</param>
/// <param name="LocalSeq"><c>_local_seq</c>: its seqno in its partition.</param>
internal readonly record struct VersionMembers(bool Revisions, bool RevisionsInfo, bool LocalSeq)
{
    private const int MostRevisions = RevisionHistory.MaxAncestors + 1;

    /// <summary>Whether nothing is asked for.</summary>
    public bool IsEmpty => !Revisions && !RevisionsInfo && !LocalSeq;

    /// <summary>What a request asks for.</summary>
    public static VersionMembers Of(CouchQuery query) => new(
        query.Is("revs"), query.Is("revs_info") || query.Is("meta"), query.Is("local_seq"));

    /// <summary>The members, each with a comma before it.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Database database, Change version, CancellationToken cancellationToken)
    {
        if (IsEmpty) return default;

        var output = new ArrayBufferWriter<byte>();
        if (Revisions || RevisionsInfo)
        {
            var known = await database.GetHistoryAsync(version.Id, cancellationToken);
            var digests = Path(known, version.Revision);
            if (Revisions) WriteRevisions(output, version.Revision.Generation, digests);
            if (RevisionsInfo) WriteInfo(output, version, digests, await KeptAsync(database, version.Id, cancellationToken));
        }

        if (LocalSeq) Encoding.ASCII.GetBytes($",\"_local_seq\":{version.Seqno.ToString(CultureInfo.InvariantCulture)}", output);
        return output.WrittenMemory;
    }

    // The version's digest and those of its ancestors. A version that is kept longer than it is known of stands alone.
    private static List<UInt128> Path(RevisionHistory? known, Revision revision)
    {
        if (known is null || !known.Has(revision)) return [revision.Digest];
        return [revision.Digest, .. known.Ancestors.Skip((int)(known.Revision.Generation - revision.Generation))];
    }

    private static async ValueTask<Dictionary<Revision, ChangeKind>> KeptAsync(Database database, string id, CancellationToken cancellationToken) =>
        (await database.ListRevisionsAsync(id, beforeSeqno: 0, MostRevisions, cancellationToken)).ToDictionary(r => r.Revision, r => r.Kind);

    private static void WriteRevisions(ArrayBufferWriter<byte> output, long generation, List<UInt128> digests)
    {
        Encoding.ASCII.GetBytes($",\"_revisions\":{{\"start\":{generation.ToString(CultureInfo.InvariantCulture)},\"ids\":[", output);
        for (var i = 0; i < digests.Count; i++)
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"{digests[i]:x32}\""), output);
        output.Write("]}"u8);
    }

    private static void WriteInfo(
        ArrayBufferWriter<byte> output, Change version, List<UInt128> digests, Dictionary<Revision, ChangeKind> kept)
    {
        kept[version.Revision] = version.Kind;
        output.Write(",\"_revs_info\":["u8);
        for (var i = 0; i < digests.Count; i++)
        {
            var revision = new Revision(version.Revision.Generation - i, digests[i]);
            var status = kept.TryGetValue(revision, out var kind) ? kind == ChangeKind.Put ? "available" : "deleted" : "missing";
            Encoding.ASCII.GetBytes($"{(i == 0 ? "" : ",")}{{\"rev\":\"{revision}\",\"status\":\"{status}\"}}", output);
        }

        output.Write("]"u8);
    }
}
