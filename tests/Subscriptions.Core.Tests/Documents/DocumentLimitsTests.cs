using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class DocumentLimitsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("orders/1-A")]
    [InlineData("_design/app")]
    [InlineData("a b\n😀")]
    public void Check_ValidId_Passes(string id) => Check(Put("{}", id));

    [Theory]
    [InlineData("", "op[3].id is required")]
    [InlineData("_local/x", "op[3].id '_local/x' starts with '_', which is reserved; only '_design/…' is allowed")]
    [InlineData("_", "op[3].id '_' starts with '_', which is reserved; only '_design/…' is allowed")]
    public void Check_OtherId_NamesFieldValueAndRule(string id, string message)
    {
        Refuses(message, Put("{}", id));
        Refuses(message, new DocumentWrite { Kind = WriteKind.Delete, Id = id });
    }

    [Fact]
    public void Check_LongId_CountsBytesOfUtf8()
    {
        Check(Put("{}", new string('é', 256)));
        Refuses($"op[3].id '{new string('é', 80)}…' is 514 bytes long; an id has at most 512", Put("{}", new string('é', 257)));
    }

    [Fact]
    public void Check_LoneSurrogate_IsRefusedInAMessageThatCanBeSent()
    {
        Refuses("op[3].id 'a\ufffd' is not valid Unicode: it has a lone surrogate", Put("{}", "a\ud800"));
        Refuses("op[3].collection '\ufffd' is not valid Unicode: it has a lone surrogate", Put("{}", collection: "\udc00"));
    }

    [Theory]
    [InlineData("@empty")]
    [InlineData("Orders")]
    [InlineData("my orders")]
    public void Check_ValidCollection_Passes(string collection) => Check(Put("{}", collection: collection));

    [Fact]
    public void Check_OtherCollection_NamesFieldValueAndRule()
    {
        Refuses("op[3].collection is 0 bytes long; a collection name has 1 to 128", Put("{}", collection: ""));
        Refuses("op[3].collection '@all_docs' starts with '@', which is reserved; only '@empty' is allowed", Put("{}", collection: "@all_docs"));
        Check(Put("{}", collection: new string('é', 64)));
        Refuses($"op[3].collection '{new string('é', 65)}' is 130 bytes long; a collection name has 1 to 128", Put("{}", collection: new string('é', 65)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" {\"a\": [1, 2.5e300, null, true, \"\\ud83d\\ude00 é\"]} ")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void Check_JsonObject_Passes(string content) => Check(Put(content));

    [Theory]
    [InlineData("", "is not valid JSON at line 1, byte 1 (nesting is limited to 128)")]
    [InlineData("1", "is not a JSON object")]
    [InlineData("[{}]", "is not a JSON object")]
    [InlineData("null", "is not a JSON object")]
    [InlineData("{} {}", "is not valid JSON at line 1, byte 4 (nesting is limited to 128)")]
    [InlineData("{\"a\":1\n,}", "is not valid JSON at line 2, byte 2 (nesting is limited to 128)")]
    [InlineData("{\"a\":01}", "is not valid JSON at line 1, byte 7 (nesting is limited to 128)")]
    [InlineData("{/**/}", "is not valid JSON at line 1, byte 2 (nesting is limited to 128)")]
    [InlineData("{\"a\":\"\\ud800\"}", "has text that is not valid UTF-8")]
    [InlineData("{\"\\udc00\":1}", "has text that is not valid UTF-8")]
    public void Check_OtherContent_SaysWhatIsWrong(string content, string problem) => Refuses($"op[3].content of 'orders/1' {problem}", Put(content));

    [Fact]
    public void Check_InvalidUtf8_IsRefusedInStringsAndNames()
    {
        const string Message = "op[3].content of 'orders/1' has text that is not valid UTF-8";

        Refuses(Message, Put([.. "{\"a\":\""u8, 0xc0, .. "\"}"u8]));
        Refuses(Message, Put([.. "{\""u8, 0xff, .. "\":1}"u8]));
        Refuses(Message, Put([.. "{\"a\":[\""u8, 0xed, 0xa0, 0x80, .. "\"]}"u8]));
    }

    [Fact]
    public void Check_NestingToTheLimitAndBeyond_IsAcceptedThenRefused()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

        Check(Put(Nested(128)));
        Assert.Throws<InvalidInputException>(() => Check(Put(Nested(129))));
        Assert.Throws<InvalidInputException>(() => Check(Put(Nested(1_000_000)), 10_000_000));
    }

    [Fact]
    public void Check_LargeContent_NamesSizeLimitAndKnob()
    {
        Check(Put("{\"a\":1}"), 7);
        Refuses(
            "op[3].content of 'orders/1' is 7 bytes; the database's limit (max_document_bytes) is 6", Put("{\"a\":1}"), 6);
    }

    [Fact]
    public void Check_DeleteAndTouch_IgnoreWhatOnlyAPutHas()
    {
        foreach (var kind in new[] { WriteKind.Delete, WriteKind.Touch })
            Check(new DocumentWrite { Kind = kind, Id = "a", Collection = "@nonsense", Content = "nonsense"u8.ToArray() });
    }

    [Fact]
    public void InvalidInput_LongValueCutInsideAPair_StaysValidUnicode()
    {
        var error = new InvalidInputException("field", new string('x', 79) + "😀😀", "is odd");

        Assert.Equal($"field '{new string('x', 79)}…' is odd", error.Message);
        Assert.Equal(new string('x', 79) + "…", error.Value);
    }

    private static void Check(DocumentWrite write, int limit = DocumentLimits.DefaultMaxDocumentBytes) => DocumentLimits.Check(write, limit, "op[3]");

    private static void Refuses(string message, DocumentWrite write, int limit = DocumentLimits.DefaultMaxDocumentBytes) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => Check(write, limit)).Message);

    private static DocumentWrite Put(string content, string id = "orders/1", string collection = "Orders") =>
        Put(Encoding.UTF8.GetBytes(content), id, collection);

    private static DocumentWrite Put(byte[] content, string id = "orders/1", string collection = "Orders") =>
        new() { Kind = WriteKind.Put, Id = id, Collection = collection, Content = content };
}
