using Subscriptions.Server.Http.CouchDb.Bulk;
using Subscriptions.Server.Http.CouchDb.Changes;
using Subscriptions.Server.Http.CouchDb.Cors;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Listing;
using Subscriptions.Server.Http.CouchDb.Local;
using Subscriptions.Server.Http.CouchDb.Replication;
using Subscriptions.Server.Http.CouchDb.Routing;
using Subscriptions.Server.Http.CouchDb.Servers;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Http.CouchDb;

/// <summary>Puts the face for CouchDB clients together.</summary>
internal static class CouchServices
{
    /// <summary>Adds it.</summary>
    /// <param name="services">Services that have the engine.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="identity">Which server this is.</param>
    public static IServiceCollection AddCouchFace(this IServiceCollection services, ServerSettings settings, string identity)
    {
        services.AddSingleton(new CorsPolicy(settings.Http));
        services.AddSingleton<ICouchEndpoints>(new ServerEndpoints(identity));
        services.AddSingleton<ICouchEndpoints, SessionEndpoints>();
        services.AddSingleton<ICouchEndpoints, DatabaseListEndpoints>();
        services.AddSingleton<ICouchEndpoints, DatabaseEndpoints>();
        services.AddSingleton<ICouchEndpoints, DatabaseSettingEndpoints>();
        services.AddSingleton<SharedRows>();
        services.AddSingleton<ICouchEndpoints, ChangesEndpoints>();
        services.AddSingleton<ICouchEndpoints, DocumentEndpoints>();
        services.AddSingleton<ICouchEndpoints, DocumentReadEndpoints>();
        services.AddSingleton<ICouchEndpoints, BulkDocsEndpoints>();
        services.AddSingleton<ICouchEndpoints, BulkGetEndpoints>();
        services.AddSingleton<ICouchEndpoints, AllDocsEndpoints>();
        services.AddSingleton<ICouchEndpoints, RevisionDifferenceEndpoints>();
        services.AddSingleton<ICouchEndpoints, LocalDocumentEndpoints>();
        services.AddSingleton<CouchFace>();
        return services;
    }
}
