using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers to single requests about documents; what is not set fails as a fault of the test.</summary>
internal sealed class ScriptedDocuments
{
    public Func<WriteRequest, WriteResponse> Write { get; set; } = _ => throw new NotSupportedException();

    public Func<GetDocumentRequest, Task<GetDocumentResponse>> Get { get; set; } = _ => throw new NotSupportedException();

    public Func<ListRevisionsRequest, ListRevisionsResponse> ListRevisions { get; set; } = _ => throw new NotSupportedException();

    public Func<DeleteDocumentRequest, DeleteDocumentResponse> Delete { get; set; } = _ => throw new NotSupportedException();
}
