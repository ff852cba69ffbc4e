using Subscriptions.Core.Errors;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Http.CouchDb.Cors;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Http.CouchDb;

/// <summary>What CouchDB clients talk to. Takes every request that nothing else on the HTTP port answers.</summary>
internal sealed partial class CouchFace
{
    private readonly CouchRouteTable _routes = new();
    private readonly CorsPolicy _cors;
    private readonly LimitsOptions _limits;
    private readonly ServingState _serving;
    private readonly ILogger<CouchFace> _logger;

    public CouchFace(IEnumerable<ICouchEndpoints> endpoints, CorsPolicy cors, LimitsOptions limits, ServingState serving, ILogger<CouchFace> logger)
    {
        foreach (var each in endpoints) each.Map(_routes);
        _cors = cors;
        _limits = limits;
        _serving = serving;
        _logger = logger;
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Its target as it was sent.</param>
    public async Task HandleAsync(HttpContext context, string target)
    {
        if (_cors.Apply(context)) return;

        var path = CouchPath.Parse(target);
        var request = new CouchRequest(context, path ?? new CouchPath(CouchPlace.Server, "", "", ""), _limits.HttpBodyBytes);
        try
        {
            if (path is null) throw CouchException.BadRequest("The path is not valid UTF-8.");
            _serving.ThrowIfNotServing();
            await Find(request)(request);
        }
        catch (Exception e) when (IsClientGone(e, context))
        {
            Log.ClientLeft(_logger, context.Request.Method, e);
            context.Abort();
        }
        catch (Exception e)
        {
            await FailAsync(request, e);
        }
    }

    private CouchHandler Find(CouchRequest request)
    {
        var method = request.Context.Request.Method;
        var route = _routes.Find(request.Path) ?? throw Unserved.Refuse(request.Path, method);
        return route.Find(method) ?? throw CouchException.MethodNotAllowed(route.Allow);
    }

    private async Task FailAsync(CouchRequest request, Exception failure)
    {
        var answer = CouchFailures.ToCouchException(failure, out var error);
        Report(request, error?.Code, failure, answer);

        // What follows would be taken for part of the answer; cut off, it is seen to be incomplete.
        if (request.Context.Response.HasStarted)
        {
            request.Context.Abort();
            return;
        }

        try
        {
            await request.RefuseAsync(answer);
        }
        catch (Exception e) when (IsClientGone(e, request.Context))
        {
            Log.ClientLeft(_logger, request.Context.Request.Method, e);
        }
    }

    // Whatever a request throws after its client has left is the consequence of that. Stores have exceptions of their own.
    private static bool IsClientGone(Exception failure, HttpContext context) =>
        failure is not BadHttpRequestException
        && (failure is Microsoft.AspNetCore.Connections.ConnectionAbortedException or Microsoft.AspNetCore.Connections.ConnectionResetException
            || (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested));

    private void Report(CouchRequest request, ErrorCode? code, Exception failure, CouchException answer)
    {
        var method = request.Context.Request.Method;
        switch (code)
        {
            case ErrorCode.Internal:
                Log.Failed(_logger, method, request.Path, answer.Reason, failure);
                break;
            case ErrorCode.StoreFailed or ErrorCode.DiskFull:
                Log.StoreFailed(_logger, method, request.Path, failure);
                break;
            case ErrorCode.LimitExceeded:
                Log.LimitReached(_logger, method, request.Path, answer.Reason);
                break;
            default:
                Log.Refused(_logger, method, request.Path, answer.Status, answer.Reason);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Http + 1, LogLevel.Debug, "{Method} {Place} was refused with {Status}: {Problem}")]
        public static partial void Refused(ILogger logger, string method, CouchPath place, int status, string problem);

        [LoggerMessage(LogEvents.Http + 2, LogLevel.Information, "{Method} {Place} was refused: {Problem}")]
        public static partial void LimitReached(ILogger logger, string method, CouchPath place, string problem);

        [LoggerMessage(LogEvents.Http + 3, LogLevel.Error, "{Method} {Place} failed because the store failed.")]
        public static partial void StoreFailed(ILogger logger, string method, CouchPath place, Exception exception);

        [LoggerMessage(LogEvents.Http + 4, LogLevel.Error, "{Method} {Place} failed; the client was told: {Problem}")]
        public static partial void Failed(ILogger logger, string method, CouchPath place, string problem, Exception exception);

        [LoggerMessage(LogEvents.Http + 5, LogLevel.Debug, "{Method} ended because its client left.")]
        public static partial void ClientLeft(ILogger logger, string method, Exception exception);
    }
}
