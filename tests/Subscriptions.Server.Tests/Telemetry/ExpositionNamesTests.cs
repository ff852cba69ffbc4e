using Subscriptions.Server.Telemetry.Exposition;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class ExpositionNamesTests
{
    [Theory]
    [InlineData("subscriptions.lease.granted", "{lease}", "counter", "subscriptions_lease_granted_total")]
    [InlineData("http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds")]
    [InlineData("dotnet.gc.pause.time", "s", "counter", "dotnet_gc_pause_time_seconds_total")]
    [InlineData("dotnet.process.memory.working_set", "By", "gauge", "dotnet_process_memory_working_set_bytes")]
    [InlineData("a.batch.bytes", "By", "histogram", "a_batch_bytes")]
    [InlineData("a_total", null, "counter", "a_total")]
    [InlineData("a_total", "s", "counter", "a_seconds_total")]
    [InlineData("a.used", "1", "gauge", "a_used_ratio")]
    [InlineData("a.used", "1", "counter", "a_used_total")]
    [InlineData("a.speed", "By/s", "gauge", "a_speed_bytes_per_second")]
    [InlineData("a.speed", "{thing}/min", "gauge", "a_speed_per_minute")]
    [InlineData("a..b--c", "", "gauge", "a_b_c")]
    [InlineData("9lives", "", "gauge", "_9lives")]
    [InlineData("a.odd", "foo bar", "gauge", "a_odd_foo_bar")]
    public void Of_Instrument_IsNamedByTheRules(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, ExpositionNames.Of(name, unit, Enum.Parse<MetricKind>(kind, ignoreCase: true)));

    [Fact]
    public void Labels_ManyKinds_AreSortedEscapedAndJoined()
    {
        var labels = ExpositionText.Labels(
        [
            new("server.port", 80), new("b", true), new("a.b", "2"), new("a-b", "1"), new("nothing", null), new("text", "q\"\\\nü"), new("half", 0.5),
        ]);

        Assert.Equal("""a_b="1;2",b="true",half="0.5",nothing="",server_port="80",text="q\"\\\nü" """.TrimEnd(), labels);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1234567")]
    [InlineData(0.1, "0.1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Number_Any_IsItsText(double value, string expected) => Assert.Equal(expected, ExpositionText.Number(value));
}
