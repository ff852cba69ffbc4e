using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class MetadataTests
{
    [Fact]
    public void Entry_KeyInMixedCase_IsKeptInLowerCase() => Assert.Equal("x-request_id.1", new Metadata.Entry("X-Request_ID.1", "v").Key);

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData(":path")]
    [InlineData("schlüssel")]
    [InlineData("line\nbreak")]
    public void Entry_KeyWithOtherCharacters_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(nameof(key), () => new Metadata.Entry(key, "v"));

    [Fact]
    public void Entry_BinaryValueWithoutTheSuffix_IsRefused() =>
        Assert.Throws<ArgumentException>("key", () => new Metadata.Entry("trace", new byte[] { 1 }));

    [Fact]
    public void Entry_TextWithTheSuffix_IsRefused() =>
        Assert.Throws<ArgumentException>("key", () => new Metadata.Entry("Trace-BIN", "v"));

    [Fact]
    public void Entry_Text_IsReadAsTextOrBytes()
    {
        var entry = new Metadata.Entry("key", "abc");

        Assert.False(entry.IsBinary);
        Assert.Equal("abc", entry.Value);
        Assert.Equal("abc"u8.ToArray(), entry.ValueBytes);
    }

    [Fact]
    public void Entry_Binary_IsReadAsBytesOnly()
    {
        var entry = new Metadata.Entry("trace-bin", new byte[] { 1, 255 });

        Assert.True(entry.IsBinary);
        Assert.Equal([1, 255], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Entry_BytesChangedOutside_KeepsItsOwn()
    {
        byte[] given = [1, 2];
        var entry = new Metadata.Entry("trace-bin", given);

        given[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void Get_KeyThatOccursRepeatedly_IsTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "A", "3" } };

        Assert.Equal("3", metadata.Get("A")?.Value);
        Assert.Equal("3", metadata.GetValue("a"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
    }

    [Fact]
    public void Get_UnknownKey_IsNull()
    {
        var metadata = new Metadata { { "a", "1" } };

        Assert.Null(metadata.Get("b"));
        Assert.Null(metadata.GetValue("b"));
        Assert.Null(metadata.GetValueBytes("b"));
        Assert.Empty(metadata.GetAll("b"));
    }

    [Fact]
    public void List_Changed_KeepsItsOrder()
    {
        var first = new Metadata.Entry("a", "1");
        var second = new Metadata.Entry("b", "2");
        var metadata = new Metadata { second };

        metadata.Insert(0, first);
        Assert.Equal([first, second], metadata);
        Assert.Equal(1, metadata.IndexOf(second));

        metadata[1] = first;
        metadata.RemoveAt(0);
        Assert.Equal([first], metadata);
        Assert.True(metadata.Remove(first));
        Assert.False(metadata.Remove(first));
    }

    [Fact]
    public void Empty_Changed_IsRefused()
    {
        var entry = new Metadata.Entry("a", "1");

        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add(entry));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Insert(0, entry));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Remove(entry));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}
