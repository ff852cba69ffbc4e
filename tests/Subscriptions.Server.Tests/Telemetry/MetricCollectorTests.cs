using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Subscriptions.Server.Telemetry.Exposition;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class MetricCollectorTests : IDisposable
{
    private const int MaxSeries = 3;

    private readonly Meter _meter = new("test");
    private readonly MetricCollector _collector;

    public MetricCollectorTests() => _collector = new MetricCollector(m => m == _meter, MaxSeries);

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Collect_NumbersOfEveryType_AreThere()
    {
        _meter.CreateCounter<long>("a.long").Add(2);
        _meter.CreateCounter<double>("a.double").Add(0.25);
        _meter.CreateCounter<byte>("a.byte").Add(7);
        _meter.CreateUpDownCounter<int>("a.int").Add(-3);
        _meter.CreateGauge<short>("a.short").Record(5);
        _meter.CreateGauge<float>("a.float").Record(1.5f);
        _meter.CreateGauge<decimal>("a.decimal").Record(2.5m);

        var page = Read();

        Assert.Equal((2, 0.25, 7), (page["a_long_total"], page["a_double_total"], page["a_byte_total"]));
        Assert.Equal((-3, 5, 1.5, 2.5), (page["a_int"], page["a_short"], page["a_float"], page["a_decimal"]));
    }

    [Fact]
    public void Collect_PushedNumbers_AddUpOrReplaceByKind()
    {
        var counter = _meter.CreateCounter<long>("up");
        var upDown = _meter.CreateUpDownCounter<long>("updown");
        var gauge = _meter.CreateGauge<long>("gauge");
        foreach (var value in new[] { 5, 3 })
        {
            counter.Add(value, new KeyValuePair<string, object?>("k", "v"));
            upDown.Add(-value);
            gauge.Record(value);
        }

        var page = Read();

        Assert.Equal((8, -8, 3), (page["up_total", "k=v"], page["updown"], page["gauge"]));
    }

    [Fact]
    public void Collect_TagsInAnotherOrder_AreOneSeries()
    {
        var counter = _meter.CreateCounter<long>("c");
        counter.Add(1, new("a", "1"), new("b", 2));
        counter.Add(1, new("b", 2), new("a", "1"));

        Assert.Equal(2, Assert.Single(Read().Find("c_total")!.Samples).Value);
    }

    [Fact]
    public void Collect_Histogram_CountsIntoAdvisedBuckets()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] };
        var histogram = _meter.CreateHistogram("h", "s", "Times.", tags: null, advice);
        foreach (var value in new[] { 0.1, 0.5, 1, 7, double.NaN }) histogram.Record(value, new KeyValuePair<string, object?>("k", "v"));

        var page = Read();

        Assert.Equal((1, 3, 4), (page["h_seconds_bucket", "le=0.1"], page["h_seconds_bucket", "le=1"], page["h_seconds_bucket", "le=+Inf"]));
        Assert.Equal((4, 8.6), (page["h_seconds_count", "k=v"], Math.Round(page["h_seconds_sum", "k=v"], 6)));
        Assert.Equal(("histogram", "Times."), (page.Find("h_seconds")!.Type, page.Find("h_seconds")!.Help));
    }

    [Fact]
    public void Collect_HistogramWithoutAdvice_HasTheDefaultBuckets()
    {
        _meter.CreateHistogram<int>("h").Record(30);

        var page = Read();

        Assert.Equal((0, 1), (page["h_bucket", "le=25"], page["h_bucket", "le=50"]));
        Assert.Equal(16, page.Find("h")!.Samples.Count(s => s.Name == "h_bucket"));
    }

    [Fact]
    public void Collect_ObservableThatReportsLess_ForgetsTheRest()
    {
        string[] names = ["a", "b"];
        _meter.CreateObservableGauge("o", () => names.Select(n => new Measurement<int>(n[0], new KeyValuePair<string, object?>("n", n))));
        Assert.Equal(2, Read().Find("o")!.Samples.Count);

        names = ["b", "c"];
        Assert.Equal(["b", "c"], Read().Find("o")!.Samples.Select(s => s.Labels["n"]));

        names = [];
        Assert.Null(Read().Find("o"));
    }

    [Fact]
    public void Collect_ObservableCounter_IsWhatItReports()
    {
        var value = 10;
        _meter.CreateObservableCounter("o", () => value);
        Assert.Equal(10, Read()["o_total"]);

        value = 12;
        Assert.Equal(12, Read()["o_total"]);
    }

    [Fact]
    public void Collect_ObservableThatFails_LeavesOutItselfOnly()
    {
        _meter.CreateObservableGauge("bad", new Func<int>(() => throw new InvalidOperationException("Cannot tell.")));
        _meter.CreateObservableGauge("good", () => 1);

        var page = Read();

        Assert.Null(page.Find("bad"));
        Assert.Equal(1, page["good"]);
    }

    [Fact]
    public void Collect_MoreSeriesThanTheCap_PutsTheRestIntoOne()
    {
        var counter = _meter.CreateCounter<long>("c");
        for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("hostile", Guid.Empty.ToString() + i));
        _meter.CreateObservableGauge("o", () => Enumerable.Range(0, 10).Select(i => new Measurement<int>(i, new KeyValuePair<string, object?>("i", i))));

        foreach (var page in new[] { Read(), Read() })
        {
            Assert.Equal(MaxSeries + 1, page.Find("c_total")!.Samples.Count);
            Assert.Equal(10_000 - MaxSeries, page["c_total", "otel_metric_overflow=true"]);
            Assert.Equal(MaxSeries + 1, page.Find("o")!.Samples.Count);
            Assert.Equal(9, page["o", "otel_metric_overflow=true"]);
        }
    }

    [Fact]
    public void Collect_LabelsThatBecomeTheSame_AreOnePageSeries()
    {
        var counter = _meter.CreateCounter<long>("c");
        counter.Add(1, new KeyValuePair<string, object?>("a.b", 1));
        counter.Add(1, new KeyValuePair<string, object?>("a_b", 1));

        Assert.Single(Read().Find("c_total")!.Samples);
    }

    [Fact]
    public void Collect_NamesThatBecomeTheSame_AreThereOnce()
    {
        _meter.CreateCounter<long>("a.b").Add(1);
        _meter.CreateCounter<long>("a_b").Add(1);
        _meter.CreateHistogram<long>("h").Record(1);
        _meter.CreateGauge<long>("h.count").Record(1);

        var page = Read();

        Assert.Equal(["a_b_total", "h"], page.Families.Select(f => f.Name));
    }

    [Fact]
    public void Collect_MeterThatIsGoneOrAnothers_IsNotThere()
    {
        using var other = new Meter("test");
        other.CreateCounter<long>("theirs").Add(1);
        _meter.CreateCounter<long>("ours").Add(1);
        Assert.Equal("ours_total", Assert.Single(Read().Families).Name);

        _meter.Dispose();
        Assert.Empty(_collector.Collect());
    }

    [Fact]
    public async Task Collect_WhileOthersMeasureAndCollect_LosesNothing()
    {
        var counter = _meter.CreateCounter<long>("c");
        _meter.CreateObservableGauge("o", () => 1);
        var cancelled = TestContext.Current.CancellationToken;
        var measuring = Task.Run(
            () =>
            {
                for (var i = 0; i < 20_000; i++) counter.Add(1, new KeyValuePair<string, object?>("k", i % 3));
            },
            cancelled);
        var reading = Enumerable.Range(0, 3).Select(_ => Task.Run(
            () =>
            {
                while (!measuring.IsCompleted) Assert.True(_collector.Collect().Count <= 2);
            },
            cancelled));

        await Task.WhenAll([measuring, .. reading]).Within();

        Assert.Equal((20_000, 1), (Read()["c_total"], Read()["o"]));
    }

    private ExpositionPage Read()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ExpositionWriter(output);
        foreach (var instrument in _collector.Collect()) instrument.Write(writer);
        return ExpositionParser.Parse(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
