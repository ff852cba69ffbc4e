using System.Text;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class TraceOriginTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "00f067aa0ba902b7";

    [Fact]
    public void Of_RecordedTrace_GivesTheSameBack()
    {
        const string Header = $"00-{Trace}-{Span}-01";

        var origin = TraceOrigin.Of(Header)!;

        Assert.Equal(Header, origin.ToString());
        var text = new byte[TraceOrigin.TextLength];
        origin.Write(text);
        Assert.Equal(Header, Encoding.ASCII.GetString(text));
        var context = origin.ToContext();
        Assert.Equal((Trace, Span, true), (context.TraceId.ToHexString(), context.SpanId.ToHexString(), context.IsRemote));
    }

    [Fact]
    public void Of_MoreFlagsThanRecorded_KeepsThatOne() => Assert.Equal($"00-{Trace}-{Span}-01", TraceOrigin.Of($"00-{Trace}-{Span}-03")!.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData($"00-{Trace}-{Span}-00")]
    [InlineData($"00-{Trace}-{Span}-02")]
    [InlineData($"00-{Trace}-{Span}")]
    [InlineData($"00-{Trace}-{Span}-0g")]
    [InlineData($"ff-{Trace}-{Span}-01")]
    [InlineData($"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-00F067AA0BA902B7-01")]
    [InlineData($"00-{Trace}-{Span}-01,00-{Trace}-{Span}-01")]
    [InlineData($"00 {Trace} {Span} 01")]
    public void Of_NotRecordedOrMalformed_IsNone(string? header) => Assert.Null(TraceOrigin.Of(header));

    [Fact]
    public void Of_HostileText_IsNone()
    {
        var random = new Random(17);
        for (var n = 0; n < 2000; n++)
        {
            var header = $"00-{Trace}-{Span}-01".ToCharArray();
            var position = random.Next(header.Length);
            var original = header[position];
            header[position] = (char)random.Next(32, 0x3000);
            if (header[position] == original || char.IsAsciiHexDigitLower(header[position])) continue;

            Assert.Null(TraceOrigin.Of(new string(header)));
        }

        Assert.Null(TraceOrigin.Of(new string('0', 100_000)));
    }
}
