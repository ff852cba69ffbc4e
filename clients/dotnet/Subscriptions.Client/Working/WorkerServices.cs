using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>What all workers of a client share.</summary>
internal sealed record WorkerServices(
    Uri Address,
    V1.SubscriptionService.SubscriptionServiceClient Stub,
    ILogger Logger,
    ClientTelemetry Telemetry,
    TimeProvider Time,
    Random Random);
