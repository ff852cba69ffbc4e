using Microsoft.AspNetCore.Http.Features;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Http.CouchDb;
using Subscriptions.Server.Http.CouchDb.Cors;
using Subscriptions.Server.Telemetry.Exposition;

namespace Subscriptions.Server.Http;

/// <summary>What is served over HTTP.</summary>
internal static class HttpFace
{
    /// <summary>Maps the probes, the metrics, and for all the rest what CouchDB clients talk to.</summary>
    public static void MapHttpFace(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(HealthPaths.Live, static context => AnswerAsync(context, StatusCodes.Status200OK, """{"status":"live"}"""));
        routes.MapGet(HealthPaths.Ready, static context =>
            context.RequestServices.GetRequiredService<ServingState>().IsServing
                ? AnswerAsync(context, StatusCodes.Status200OK, """{"status":"ready"}""")
                : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, """{"status":"not ready"}"""));
        MapMetrics(routes);
        var couch = routes.ServiceProvider.GetRequiredService<CouchFace>();
        routes.MapFallback("{*path}", context => IsHttpPort(context)
            ? couch.HandleAsync(context)
            : AnswerAsync(context, StatusCodes.Status404NotFound, """{"error":"not_found","reason":"There is nothing at this path."}"""));
    }

    /// <summary>
    /// Answers what browsers ask before they send a page's request to another origin. Comes before routing: gRPC's routes would take such questions about
    /// a POST to any path of two segments for theirs, and refuse them.
    /// </summary>
    public static void UsePreflights(this WebApplication app)
    {
        var couch = app.Services.GetRequiredService<CouchFace>();
        app.Use((context, next) => IsHttpPort(context) && CorsPolicy.IsPreflight(context.Request) ? couch.HandleAsync(context) : next(context));
    }

    private static Task HandleAsync(this CouchFace couch, HttpContext context) =>
        couch.HandleAsync(context, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    // Each of the two ports speaks a version of HTTP of its own.
    private static bool IsHttpPort(HttpContext context) => !HttpProtocol.IsHttp2(context.Request.Protocol);

    private static void MapMetrics(IEndpointRouteBuilder routes)
    {
        // Made now, so that it has heard everything from the start.
        var page = routes.ServiceProvider.GetRequiredService<MetricsPage>();
        routes.Map(MetricsPage.Path, context =>
        {
            var method = context.Request.Method;
            if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return page.AnswerAsync(context);

            context.Response.Headers.Allow = "GET, HEAD";
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, """{"error":"method_not_allowed","reason":"Metrics can only be read."}""");
        });
    }

    private static Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(json + "\n", context.RequestAborted);
    }
}
