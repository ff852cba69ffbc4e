using Microsoft.Extensions.DependencyInjection;
using Subscriptions.Client;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds the Subscriptions client and workers to a host.</summary>
public static class SubscriptionsHostApplicationBuilderExtensions
{
    /// <inheritdoc cref="SubscriptionsServiceCollectionExtensions.AddSubscriptionsClient(IServiceCollection, Action{SubscriptionsClientOptions}?)"/>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets options; <see langword="null"/>: the defaults, or what is configured elsewhere.</param>
    public static IHostApplicationBuilder AddSubscriptionsClient(
        this IHostApplicationBuilder builder,
        Action<SubscriptionsClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSubscriptionsClient(configure);
        return builder;
    }

    /// <inheritdoc cref="SubscriptionsServiceCollectionExtensions.AddSubscriptionWorker{THandler}(IServiceCollection, Action{SubscriptionHandlerOptions})"/>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets at least the database and the subscription.</param>
    public static IHostApplicationBuilder AddSubscriptionWorker<THandler>(
        this IHostApplicationBuilder builder,
        Action<SubscriptionHandlerOptions> configure)
        where THandler : class, ISubscriptionHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSubscriptionWorker<THandler>(configure);
        return builder;
    }

    /// <inheritdoc cref="SubscriptionsServiceCollectionExtensions.AddSubscriptionItemWorker{THandler}(IServiceCollection, Action{SubscriptionHandlerOptions})"/>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets at least the database and the subscription.</param>
    public static IHostApplicationBuilder AddSubscriptionItemWorker<THandler>(
        this IHostApplicationBuilder builder,
        Action<SubscriptionHandlerOptions> configure)
        where THandler : class, ISubscriptionItemHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSubscriptionItemWorker<THandler>(configure);
        return builder;
    }
}
