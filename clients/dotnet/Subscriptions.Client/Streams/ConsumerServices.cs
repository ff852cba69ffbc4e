using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>What all partition consumers of a client share.</summary>
internal sealed record ConsumerServices(
    Uri Address,
    V1.StreamService.StreamServiceClient Stub,
    ILogger Logger,
    ClientTelemetry Telemetry,
    TimeProvider Time,
    Random Random);
