using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;

namespace Subscriptions.Server.Telemetry.Export;

/// <summary>
/// Gives ASP.NET Core's spans the names and attributes that the conventions of RPC and HTTP want. It names all of them alike, and gRPC
/// leaves the rest to a package of instrumentation, of which this is what the server needs.
/// </summary>
internal sealed class RequestSpans : BaseProcessor<Activity>
{
    /// <summary>Where the spans come from.</summary>
    public const string Source = "Microsoft.AspNetCore";

    // UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS: the server's fault; other statuses are the caller's.
    private static readonly int[] ServerErrors = [2, 4, 12, 13, 14, 15];

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Source) return;
        if (data.GetTagItem("grpc.method") is string method) DescribeCall(data, method.TrimStart('/'));
        else if (data.GetTagItem("http.request.method") is string verb) data.DisplayName = $"{verb} {data.GetTagItem("http.route")}".TrimEnd();
    }

    private static void DescribeCall(Activity span, string method)
    {
        var slash = method.LastIndexOf('/');
        span.DisplayName = method;
        span.SetTag("rpc.system", "grpc");
        if (slash > 0) span.SetTag("rpc.service", method[..slash]);
        span.SetTag("rpc.method", method[(slash + 1)..]);
        if (int.TryParse(span.GetTagItem("grpc.status_code") as string, CultureInfo.InvariantCulture, out var status))
        {
            span.SetTag("rpc.grpc.status_code", status);
            if (ServerErrors.Contains(status)) span.SetStatus(ActivityStatusCode.Error);
        }

        // Said above in the conventions' words.
        span.SetTag("grpc.method", null);
        span.SetTag("grpc.status_code", null);
    }
}
