using Grpc.Health.V1;
using Grpc.Reflection.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Adds the services that tools and load balancers expect of every gRPC server: health and reflection.</summary>
internal static class StandardGrpcServices
{
    /// <summary>
    /// Registers what the services need, among it <see cref="HealthStatuses"/>, through which the host tells when it serves:
    /// <c>SetAll(SERVING)</c> once it is ready. <c>AddGrpc</c> is up to the host.
    /// </summary>
    public static IServiceCollection AddStandardGrpcServices(this IServiceCollection services) => services
        .AddSingleton<HealthStatuses>()
        .AddSingleton<ReflectionCatalog>()
        .AddSingleton<HealthService>()
        .AddSingleton<ReflectionService>()
        .AddSingleton<ReflectionV1AlphaService>()
        .AddHostedService<HealthStop>();

    /// <summary>
    /// Maps health and reflection, describes <paramref name="services"/> and these two, and makes all of them known to health.
    /// </summary>
    public static IEndpointRouteBuilder MapStandardGrpcServices(
        this IEndpointRouteBuilder endpoints,
        IEnumerable<ServiceDescriptor> services)
    {
        ServiceDescriptor[] described = [.. services, Health.Descriptor, ServerReflection.Descriptor];
        endpoints.ServiceProvider.GetRequiredService<ReflectionCatalog>().Publish(described);
        var statuses = endpoints.ServiceProvider.GetRequiredService<HealthStatuses>();
        foreach (var service in described)
            statuses.Register(service.FullName);

        endpoints.MapGrpcService<HealthService>();
        endpoints.MapGrpcService<ReflectionService>();
        endpoints.MapGrpcService<ReflectionV1AlphaService>();
        return endpoints;
    }
}
