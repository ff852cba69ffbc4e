using System.IO.Pipelines;
using Subscriptions.Server.Hosting;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>Where a feed is written to, and who reads it.</summary>
/// <param name="context">The request.</param>
/// <param name="stalls">Cuts the client off when it does not read.</param>
internal sealed class FeedOutput(HttpContext context, StallWatch stalls)
{
    /// <summary>The answer's body.</summary>
    public PipeWriter Body { get; } = context.Response.BodyWriter;

    /// <summary>Sends what was written, and waits while the client does not take it.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        var bytes = Body.UnflushedBytes;
        return stalls.GuardAsync(Body.FlushAsync(cancellationToken), bytes, context);
    }
}
