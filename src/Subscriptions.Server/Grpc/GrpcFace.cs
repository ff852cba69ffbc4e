using Grpc.AspNetCore.Server.Model;
using Subscriptions.Server.Grpc.Changes;
using Subscriptions.Server.Grpc.DatabaseAdmin;
using Subscriptions.Server.Grpc.DeadLetters;
using Subscriptions.Server.Grpc.Documents;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Grpc.Monitoring;
using Subscriptions.Server.Grpc.Queries;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.Server.Grpc.Streams;
using Subscriptions.Server.Grpc.SubscriptionAdmin;
using Subscriptions.Server.Grpc.Work;
using Subscriptions.Server.Settings;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc;

/// <summary>What is served over gRPC.</summary>
internal static class GrpcFace
{
    /// <summary>Adds the services of the contract, and those that tools expect.</summary>
    public static IServiceCollection AddGrpcFace(this IServiceCollection services, ServerSettings settings)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = settings.Limits.RequestBytes;

            // A document may be larger than what gRPC sends by default.
            grpc.MaxSendMessageSize = null;
            grpc.Interceptors.Add<ErrorInterceptor>();
        });
        services.AddStandardGrpcServices();
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<WorkerConnections>();
        services.AddSingleton<DatabaseAdminService>();
        services.AddSingleton<DocumentService>();
        services.AddSingleton<SubscriptionAdminService>();
        services.AddSingleton<DeadLetterService>();
        services.AddSingleton<QueryService>();
        services.AddSingleton<MonitoringService>();
        services.AddSingleton<ChangeService>();
        services.AddSingleton<FirstMessage>();
        services.AddSingleton<WorkService>();
        services.AddSingleton<IServiceMethodProvider<WorkService>, WorkMethod>();
        services.AddSingleton<StreamService>();
        services.AddSingleton<IServiceMethodProvider<StreamService>, StreamMethods>();
        return services;
    }

    /// <summary>Maps the services of the contract, and those that tools expect.</summary>
    public static void MapGrpcFace(this WebApplication app, ServerSettings settings)
    {
        app.UseOversizeErrors(settings.Limits);
        app.MapGrpcService<DatabaseAdminService>();
        app.MapGrpcService<DocumentService>();
        app.MapGrpcService<SubscriptionAdminService>();
        app.MapGrpcService<DeadLetterService>();
        app.MapGrpcService<QueryService>();
        app.MapGrpcService<MonitoringService>();
        app.MapGrpcService<ChangeService>();
        app.MapGrpcService<WorkService>();
        app.MapGrpcService<StreamService>();
        app.MapStandardGrpcServices(
        [
            Wire.DatabaseAdminService.Descriptor,
            Wire.DocumentService.Descriptor,
            Wire.SubscriptionAdminService.Descriptor,
            Wire.SubscriptionService.Descriptor,
            Wire.DeadLetterService.Descriptor,
            Wire.QueryService.Descriptor,
            Wire.MonitoringService.Descriptor,
            Wire.ChangeService.Descriptor,
            Wire.StreamService.Descriptor,
        ]);
    }
}
