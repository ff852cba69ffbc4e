using System.Text;
using Subscriptions.Server.Http.CouchDb.Documents;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class IncomingDocumentTests
{
    private const string Rev = "2-000000000000000000000000000000af";

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { } ", "{}")]
    [InlineData("""{"_id":"a","_rev":"2-000000000000000000000000000000af"}""", "{}")]
    [InlineData("""{"_id":"a","x":1.50e+3,"_rev":"2-000000000000000000000000000000af","y":12345678901234567890.0}""", """{"x":1.50e+3,"y":12345678901234567890.0}""")]
    [InlineData("{\n\t\"x\" : { \"_y\" : \" _z \" },\r\n\"_id\":\"a\" }", """{"x":{"_y":" _z "}}""")]
    [InlineData("""{"\u005fid":"a","\u0078":"\u0041\n\"{}[],:"}""", """{"\u0078":"\u0041\n\"{}[],:"}""")]
    [InlineData("""{"x":1,"_revs_info":[{"a":1}],"_local_seq":3,"_conflicts":[],"_attachments":{},"x":2}""", """{"x":1,"x":2}""")]
    public void Read_Document_KeepsAllButWhatIsCouchDbs(string json, string content) =>
        Assert.Equal(content, Encoding.UTF8.GetString(IncomingDocumentReader.Read(Encoding.UTF8.GetBytes(json)).Content.Span));

    [Fact]
    public void Read_SpecialMembers_AreTakenOut()
    {
        var json = $$$"""{"_deleted":true,"_rev":"{{{Rev}}}","x":1,"_id":"a/b","_revisions":{"start":2,"ids":["c","d"]}}""";

        var document = IncomingDocumentReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Equal(("a/b", Rev, true), (document.Id, document.Revision.ToString(), document.IsDeleted));
        Assert.Equal(2, document.Revisions!.Start);
        Assert.Equal(["c", "d"], document.Revisions.Ids);
    }

    [Theory]
    [InlineData("1-abc", true)]
    [InlineData("0-1", true)]
    [InlineData("18446744073709551615-x", true)]
    [InlineData("-1-abc", false)]
    [InlineData("1-", false)]
    [InlineData("-abc", false)]
    [InlineData("1", false)]
    [InlineData("x-1", false)]
    [InlineData("", false)]
    public void TryParse_RevisionOfOthers_IsOneThatNoDocumentHas(string text, bool expected)
    {
        Assert.Equal(expected, CouchRevision.TryParse(text, out var revision));
        Assert.Equal(0, revision.Generation);
    }
}
