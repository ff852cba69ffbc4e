using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Bulk;

/// <summary>What <c>_bulk_docs</c> answers: a row for each document; of versions made elsewhere only for those that were refused.</summary>
internal sealed class BulkDocsAnswer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Utf8JsonWriter _json;
    private readonly bool _isReplica;

    public BulkDocsAnswer(bool isReplica)
    {
        _isReplica = isReplica;
        _json = new Utf8JsonWriter(_output, CouchResponse.WriterOptions);
        _json.WriteStartArray();
    }

    /// <summary>Adds what became of some.</summary>
    public void Add(IReadOnlyList<DocumentWrite> writes, IReadOnlyList<WriteEachOutcome> outcomes)
    {
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (DocumentWrites.Refusal(write, outcomes[i]) is { } refusal) DocumentAnswers.WriteError(_json, write.Id, write.History?.Revision.ToString(), refusal);
            else if (!_isReplica) DocumentAnswers.WriteOk(_json, write.Id, DocumentWrites.RevisionOf(write, outcomes[i]).ToString());
        }
    }

    /// <summary>The whole. Once.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        _json.WriteEndArray();
        _json.Flush();
        return _output.WrittenMemory;
    }

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();
}
