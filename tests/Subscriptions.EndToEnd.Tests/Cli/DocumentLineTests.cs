using System.Text;
using Subscriptions.Cli.Importing;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class DocumentLineTests
{
    private const int Number = 17;

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("nope", "no JSON")]
    [InlineData("{\"id\":\"x\",\"content\":{}", "no JSON")]
    [InlineData("{\"id\":\"x\",\"content\":{}} {}", "no JSON")]
    [InlineData("{\"id\":\"x\",\"content\":{\"a\":tru}}", "no JSON")]
    [InlineData("{'id':'x','content':{}}", "no JSON")]
    [InlineData("null", "it is null; a line is one object with id, collection, content and expires_at")]
    [InlineData("[]", "it is an array; a line is one object with id, collection, content and expires_at")]
    [InlineData("{}", "'id' is missing")]
    [InlineData("{\"id\":\"\",\"content\":{}}", "'id' is empty")]
    [InlineData("{\"id\":7,\"content\":{}}", "'id' is a number; it must be a string")]
    [InlineData("{\"id\":null,\"content\":{}}", "'id' is null; it must be a string")]
    [InlineData("{\"id\":\"x\"}", "'content' is missing")]
    [InlineData("{\"id\":\"x\",\"content\":null}", "'content' is null; it must be an object")]
    [InlineData("{\"id\":\"x\",\"content\":\"{}\"}", "'content' is a string; it must be an object")]
    [InlineData("{\"id\":\"x\",\"content\":{},\"collection\":{}}", "'collection' is an object; it must be a string")]
    [InlineData("{\"id\":\"x\",\"content\":{},\"expires_at\":5}", "'expires_at' is a number; it must be a string")]
    [InlineData("{\"id\":\"x\",\"content\":{},\"expires_at\":\"soon\"}", "'expires_at' is 'soon'; it must be a time such as 2030-01-31T12:00:00Z")]
    [InlineData("{\"id\":\"x\",\"content\":{},\"expiresAt\":\"\"}",
        "there is no member 'expiresAt'; a line has id, collection, content and expires_at")]
    [InlineData("{\"id\":\"x\",\"content\":{},\"id\":\"y\"}", "'id' stands there twice")]
    [InlineData("{\"id\":\"\\ud800\",\"content\":{}}", "'id' holds an escape that is no character")]
    [InlineData("{\"\\ud800\":1}", "the name of a member holds an escape that is no character")]
    public void Parse_BadLine_SaysWhy(string text, string why)
    {
        var error = Assert.Throws<BadLineException>(() => DocumentLine.Parse(Line(Encoding.UTF8.GetBytes(text))));

        Assert.Equal(Number, error.Line);
        if (why == "no JSON") Assert.StartsWith("it is not JSON at byte ", error.Message, StringComparison.Ordinal);
        else Assert.Equal(why, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Parse_NoUtf8_SaysSo()
    {
        var error = Assert.Throws<BadLineException>(() => DocumentLine.Parse(Line([.. "{\"id\":\""u8, 0xff, .. "\",\"content\":{}}"u8])));

        Assert.Equal("it is not UTF-8", error.Message);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefusedAndNotFollowed()
    {
        var text = $"{{\"id\":\"x\",\"content\":{{\"a\":{new string('[', 100_000)}";

        Assert.Throws<BadLineException>(() => DocumentLine.Parse(Line(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Parse_Document_HasItsParts()
    {
        var operation = DocumentLine.Parse(Line(" {\"expires_at\":\"2030-01-31T12:00:00+02:00\",\"content\" : { \"a\":1 }, \"id\":\"\\u0078\" }\r"u8.ToArray()));

        Assert.Equal("x", operation.Id);
        Assert.Equal(new DateTimeOffset(2030, 1, 31, 10, 0, 0, TimeSpan.Zero), operation.ExpiresAt);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" \t\r", true)]
    [InlineData(" {", false)]
    public void IsBlank_Line_IsTrueForWhiteSpaceAlone(string text, bool expected)
    {
        Assert.Equal(expected, DocumentLine.IsBlank(Line(Encoding.UTF8.GetBytes(text))));
    }

    private static ImportLine Line(byte[] text) => new(Number, text, text.Length);
}
