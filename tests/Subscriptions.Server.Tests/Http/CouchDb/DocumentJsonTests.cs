using System.Buffers;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Documents;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class DocumentJsonTests
{
    private const string Rev = "12-000000000000000000000000000000af";

    [Theory]
    [InlineData("""{"a":1}""", ""","a":1""")]
    [InlineData("""{}""", "")]
    [InlineData(""" { } """, "")]
    [InlineData("""  {"a" : 1.50e+3, "b":[ 1 ]}  """, ""","a" : 1.50e+3, "b":[ 1 ]""")]
    [InlineData("{\r\n  \"a b\" : \"x \\\" y\\\\\",\n  \"c\":[1, 2]\n}", ""","a b":"x \" y\\","c":[1,2]""")]
    [InlineData("""{"_id":"forged","_rev":"1-x","a":1,"_deleted":true}""", ""","a":1""")]
    [InlineData("""{"a":{"_id":1},"_x":{"b":[2]}}""", ""","a":{"_id":1}""")]
    [InlineData("""{"\u005fid":1,"\u005Fx":2,"\u0061":3}""", ""","\u0061":3""")]
    [InlineData("""{"_only":1}""", "")]
    [InlineData("{\"a\":\"_x\"}", ",\"a\":\"_x\"")]
    public void Write_Content_FollowsIdAndRevision(string content, string expected) =>
        Assert.Equal($"{{\"_id\":\"i\",\"_rev\":\"{Rev}\"{expected}}}", Write(Document("i", content)));

    [Theory]
    [InlineData("plain id", "plain id")]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("line\nbreak\u0001", "line\\nbreak\\u0001")]
    [InlineData("grün/日本", "grün/日本")]
    public void Write_Id_IsJson(string id, string expected) =>
        Assert.StartsWith($$"""{"_id":"{{expected}}","_rev":"12-""", Write(Document(id, "{}")), StringComparison.Ordinal);

    [Fact]
    public void Write_Tombstone_HasNoContent() =>
        Assert.Equal($$"""{"_id":"i","_rev":"{{Rev}}","_deleted":true}""", Write(Document("i", "", ChangeKind.Expiry)));

    [Fact]
    public void Write_FurtherMembers_StandBehind() =>
        Assert.Equal($$"""{"_id":"i","_rev":"{{Rev}}","a":1,"_local_seq":7}""", Write(Document("i", """{"a":1}"""), ",\"_local_seq\":7"));

    [Fact]
    public void Write_LargestRevision_KeepsEveryDigit()
    {
        var revision = new Revision(long.MaxValue, UInt128.MaxValue >> 1);
        var output = new ArrayBufferWriter<byte>();

        JsonWriting.WriteRevision(output, revision);

        Assert.Equal(revision.ToString(), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static Change Document(string id, string content, ChangeKind kind = ChangeKind.Put) => new()
    {
        Id = id,
        Collection = CollectionName.Empty,
        Partition = 0,
        Seqno = 1,
        Revision = new Revision(12, 0xaf),
        Kind = kind,
        Content = Encoding.UTF8.GetBytes(content),
    };

    private static string Write(Change change, string members = "")
    {
        var output = new ArrayBufferWriter<byte>();
        DocumentJson.Write(output, change, Encoding.UTF8.GetBytes(members));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
