using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>The parser must be strict, or what it accepts proves nothing.</summary>
public sealed class ExpositionParserTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("# TYPE a gauge\na 1")]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a gauge\n")]
    [InlineData("# TYPE a gauge\n\na 1\n")]
    [InlineData("# TYPE a gauge\na 1 1700000000\n")]
    [InlineData("# TYPE a gauge\na one\n")]
    [InlineData("# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# TYPE a gauge\na{x.y=\"1\"} 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"\\t\"} 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"1} 1\n")]
    [InlineData("# TYPE a gauge\na{x=\"a\"b\"} 1\n")]
    [InlineData("# TYPE a gauge\nb 1\n")]
    [InlineData("# TYPE a.b gauge\na.b 1\n")]
    [InlineData("# TYPE a thing\na 1\n")]
    [InlineData("# TYPE a counter\na 1\n")]
    [InlineData("# TYPE a_total counter\na_total -1\n")]
    [InlineData("# TYPE a gauge\n# HELP a Late.\na 1\n")]
    [InlineData("# HELP b Other.\n# TYPE a gauge\na 1\n")]
    [InlineData("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na 2\n")]
    [InlineData("# TYPE b gauge\nb 1\n# TYPE a gauge\na 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{a=\"1\",le=\"+Inf\"} 1\nh_sum{a=\"1\"} 1\nh_count{a=\"2\"} 1\n")]
    public void Parse_NotTheFormat_Refuses(string text) => Assert.Throws<FormatException>(() => ExpositionParser.Parse(text));

    [Fact]
    public void Parse_TheFormat_ReadsIt()
    {
        const string Text = "# HELP a_total One\\\\two\\nthree.\n# TYPE a_total counter\na_total{x=\"q\\\"b\\\\n\\n\"} 1E+16\na_total 2\n"
            + "# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"+Inf\"} 3\nh_sum 7.25\nh_count 3\n";

        var page = ExpositionParser.Parse(Text);

        Assert.Equal("One\\two\nthree.", page.Find("a_total")!.Help);
        Assert.Equal(("q\"b\\n\n", 1e16), (page.Find("a_total")!.Samples[0].Labels["x"], page.Find("a_total")!.Samples[0].Value));
        Assert.Equal((1, 3), (page["h_bucket", "le=0.5"], page["h_count"]));
    }
}
