using Subscriptions.Core.Feeds;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>The headers of a feed.</summary>
internal static class ChangesHead
{
    /// <summary>Says that the feed begins further back than it was asked to, and why: its reader may hold what the database does not have any more.</summary>
    public const string RewoundHeader = "Subscriptions-Rewound";

    /// <summary>Sets status and headers.</summary>
    public static void Head(this HttpResponse response, ChangesForm form, FeedSession feed)
    {
        response.Head(StatusCodes.Status200OK);
        if (feed.Rewound is { } rewound) response.Headers[RewoundHeader] = rewound;
        if (form == ChangesForm.Object) return;

        // Who passes it on must not wait until there is more.
        response.Headers["X-Accel-Buffering"] = "no";
        if (form != ChangesForm.Events) return;

        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
    }
}
