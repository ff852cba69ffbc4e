using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Subscriptions.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Subscriptions client and workers to a service collection.</summary>
public static class SubscriptionsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="SubscriptionsClient"/> as a singleton. Its options are validated when the host starts; all that is wrong is said at
    /// once.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; <see langword="null"/>: the defaults, or what is configured elsewhere.</param>
    public static IServiceCollection AddSubscriptionsClient(
        this IServiceCollection services,
        Action<SubscriptionsClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddOptions(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => Create(provider, Options.Options.DefaultName));
        return services;
    }

    /// <summary>Adds a <see cref="SubscriptionsClient"/> for a further server as a keyed singleton.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key, for <see cref="FromKeyedServicesAttribute"/> and <see cref="SubscriptionHandlerOptions.ClientKey"/>.</param>
    /// <param name="configure">Sets options.</param>
    public static IServiceCollection AddSubscriptionsClient(
        this IServiceCollection services,
        string serviceKey,
        Action<SubscriptionsClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        ArgumentNullException.ThrowIfNull(configure);
        AddOptions(services, serviceKey, configure);
        services.TryAddKeyedSingleton(serviceKey, (provider, _) => Create(provider, serviceKey));
        return services;
    }

    /// <summary>
    /// Adds a worker that runs <typeparamref name="THandler"/> on a subscription's batches as long as the host runs. May be called several
    /// times, for the same handler too. Adds the client with its defaults if none was added.
    /// </summary>
    /// <typeparam name="THandler">The handler; made anew for every batch, in a scope of its own, unless it is registered otherwise.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets at least the database and the subscription.</param>
    public static IServiceCollection AddSubscriptionWorker<THandler>(
        this IServiceCollection services,
        Action<SubscriptionHandlerOptions> configure)
        where THandler : class, ISubscriptionHandler
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddScoped<THandler>();
        AddWorker<THandler>(services, configure, static (scope, _, _) => scope.GetRequiredService<THandler>());
        return services;
    }

    /// <summary>
    /// Adds a worker that runs <typeparamref name="THandler"/> on a subscription's items, one after the other, as long as the host runs. What
    /// fails is retried on its own, by the subscription's retry policy, unless <see cref="SubscriptionHandlerOptions.OnHandlerError"/> is set
    /// otherwise. May be called several times, for the same handler too. Adds the client with its defaults if none was added.
    /// </summary>
    /// <typeparam name="THandler">The handler; made anew for every item, in a scope of its own, unless it is registered otherwise.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets at least the database and the subscription.</param>
    public static IServiceCollection AddSubscriptionItemWorker<THandler>(
        this IServiceCollection services,
        Action<SubscriptionHandlerOptions> configure)
        where THandler : class, ISubscriptionItemHandler
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddScoped<THandler>();
        AddWorker<THandler>(
            services,
            options =>
            {
                options.OnHandlerError = HandlerErrorAction.NackItems;
                configure(options);
            },
            static (scope, options, logger) =>
                new ItemByItem<THandler>(scope.GetRequiredService<IServiceScopeFactory>(), options, logger));
        return services;
    }

    private static void AddWorker<THandler>(
        IServiceCollection services,
        Action<SubscriptionHandlerOptions> configure,
        HandlerFactory handlers)
        where THandler : class
    {
        services.AddSubscriptionsClient();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SubscriptionHandlerOptions>, SubscriptionHandlerOptionsValidator>());

        // Each worker has options of its own; the number of services grows with every call.
        var name = $"{typeof(THandler).FullName}#{services.Count}";
        services.AddOptions<SubscriptionHandlerOptions>(name).Configure(configure).ValidateOnStart();
        services.AddSingleton<IHostedService>(provider =>
        {
            var options = new Lazy<SubscriptionHandlerOptions>(
                () => provider.GetRequiredService<IOptionsMonitor<SubscriptionHandlerOptions>>().Get(name));
            var client = new Lazy<SubscriptionsClient>(() => options.Value.ClientKey is { } key
                ? provider.GetRequiredKeyedService<SubscriptionsClient>(key)
                : provider.GetRequiredService<SubscriptionsClient>());
            return ActivatorUtilities.CreateInstance<SubscriptionWorkerService<THandler>>(provider, options, client, handlers);
        });
    }

    private static void AddOptions(IServiceCollection services, string name, Action<SubscriptionsClientOptions>? configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SubscriptionsClientOptions>, SubscriptionsClientOptionsValidator>());
        var builder = services.AddOptions<SubscriptionsClientOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            builder.Configure(configure);
        }
    }

    private static SubscriptionsClient Create(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<IOptionsMonitor<SubscriptionsClientOptions>>().Get(name),
        provider.GetService<ILoggerFactory>(),
        provider.GetRequiredService<TimeProvider>());
}
