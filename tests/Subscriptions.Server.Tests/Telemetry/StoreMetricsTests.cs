using System.Buffers;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Telemetry.Exposition;
using Subscriptions.Server.Telemetry.Instruments;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class StoreMetricsTests : IDisposable
{
    private const string Documents = "subscriptions_store_name=documents";
    private const string Subscriptions = "subscriptions_store_name=subscriptions";

    private readonly ServerMeter _meter = new();
    private readonly MetricCollector _collector;

    public StoreMetricsTests() => _collector = new MetricCollector(m => m == _meter.Meter, 100);

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Faults_OfEveryKind_AreCountedUnderTheirNames()
    {
        foreach (var fault in Enum.GetValues<StoreFault>()) _meter.Stores.Documents.OnFault(fault);
        _meter.Stores.Subscriptions.OnFault(StoreFault.DiskFull);

        var page = Read();

        var names = page.Find("subscriptions_store_faults_total")!.Samples
            .Where(s => s.Labels["subscriptions_store_name"] == "documents").Select(s => s.Labels["error_type"]).ToList();
        Assert.Equal(Enum.GetValues<StoreFault>().Length, names.Distinct().Count());
        Assert.DoesNotContain("OTHER", names);
        Assert.Equal(2, page["subscriptions_store_faults_total", "error_type=DISK_FULL"]);
    }

    [Fact]
    public void Queues_OfBothStores_AreToldApart()
    {
        _meter.Stores.Documents.OnQueueChanged(5);
        _meter.Stores.Documents.OnQueueChanged(-2);
        _meter.Stores.Subscriptions.OnTaken(TimeSpan.FromMilliseconds(30));

        var page = Read();

        Assert.Equal((3, 0), (page.TryGet("subscriptions_store_queue_length", Documents), page.TryGet("subscriptions_store_queue_length", Subscriptions)));
        Assert.Equal((0, 1), (
            page["subscriptions_store_queue_time_seconds_bucket", Subscriptions, "le=0.025"],
            page["subscriptions_store_queue_time_seconds_bucket", Subscriptions, "le=0.05"]));
        Assert.Null(page.TryGet("subscriptions_store_queue_time_seconds_count", Documents));
    }

    [Fact]
    public void Commit_OfAGroup_IsOneDurationAndItsSizes()
    {
        _meter.Stores.Documents.OnCommitted(3, 900, TimeSpan.FromMilliseconds(2));

        var page = Read();
        Assert.Equal((3, 900), (page["subscriptions_store_commit_requests_sum"], page["subscriptions_store_commit_operations_sum"]));
        Assert.Equal(0.002, page["subscriptions_store_commit_duration_seconds_sum", Documents]);
    }

    private ExpositionPage Read()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ExpositionWriter(output);
        foreach (var instrument in _collector.Collect()) instrument.Write(writer);
        return ExpositionParser.Parse(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
