using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>The session of docs/couchdb.md, done as it is printed.</summary>
[Collection(nameof(DocWalk))]
public sealed class CouchDocumentTests
{
    [Fact(Timeout = 120_000)]
    public async Task CouchDb_SessionWithCurl_AnswersAsPrinted()
    {
        await using var walk = new DocWalk();

        await walk.WalkAsync(DocStep.Parse(DocFolder.ReadDocument("docs/couchdb.md")));
    }
}
