using System.Diagnostics;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit.Telemetry;
using Xunit;

namespace Subscriptions.Client.Tests.Telemetry;

/// <summary>The tests that listen to the library: alone, as its sources and meters belong to the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}

/// <summary>A scripted server, and everything that the library reports about operations on it.</summary>
internal sealed class TelemetryFixture : IAsyncDisposable
{
    private readonly SpanRecorder _spans = new(SubscriptionsTelemetry.ActivitySourceName);
    private readonly MeasurementRecorder _measurements = new(SubscriptionsTelemetry.MeterName);

    private TelemetryFixture(ScriptedServer server) => Server = server;

    public ScriptedServer Server { get; }

    public IReadOnlyList<Measurement> Measurements => _measurements.Measurements;

    public static async Task<TelemetryFixture> StartAsync() => new(await ScriptedServer.StartAsync());

    /// <summary>Waits for a span to end.</summary>
    public async Task<Activity> SpanAsync(string name)
    {
        for (var count = 1; ; count++)
        {
            if ((await _spans.WaitForAsync(count)).FirstOrDefault(s => s.DisplayName == name) is { } span) return span;
        }
    }

    /// <summary>What an operation is tagged with.</summary>
    public Dictionary<string, object?> Tags(string operation, string type, string? subscription = null, string? errorType = null)
    {
        var tags = new Dictionary<string, object?>
        {
            ["messaging.system"] = "subscriptions",
            ["messaging.destination.name"] = "shop",
            ["server.address"] = Server.Address.Host,
            ["server.port"] = Server.Address.Port,
            ["messaging.operation.name"] = operation,
            ["messaging.operation.type"] = type,
        };
        if (subscription is not null) tags["messaging.destination.subscription.name"] = subscription;
        if (errorType is not null) tags["error.type"] = errorType;
        return tags;
    }

    /// <summary>The one measurement of an instrument by an operation.</summary>
    public Measurement Measured(string instrument, string operation) => Assert.Single(
        Measurements, m => m.Instrument == instrument && Equals(m.Tags["messaging.operation.name"], operation));

    public async ValueTask DisposeAsync()
    {
        _spans.Dispose();
        _measurements.Dispose();
        await Server.DisposeAsync();
    }
}
