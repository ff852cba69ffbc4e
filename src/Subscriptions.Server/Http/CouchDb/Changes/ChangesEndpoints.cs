using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>The changes of a database, in all forms that CouchDB has. Everything is checked before the first byte is sent.</summary>
/// <param name="databases">All databases.</param>
/// <param name="feeds">What feeds share.</param>
/// <param name="shared">Rows that many are given.</param>
/// <param name="stalls">Cuts off who does not read.</param>
internal sealed class ChangesEndpoints(DatabaseCatalog databases, FeedServices feeds, SharedRows shared, StallWatch stalls) : ICouchEndpoints
{
    // Above this many partitions a position is longer than most rows.
    private const int FewPartitions = 16;

    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.Add(CouchPlace.Database, "_changes", ("GET", AnswerAsync), ("POST", PostAsync), ("HEAD", AnswerAsync));

    private async Task PostAsync(CouchRequest request)
    {
        request.RequireJsonContent();
        var http = request.Context.Request;
        if (http.ContentLength is null && http.Headers.TransferEncoding.Count == 0) throw CouchException.BadRequest("Missing request body");
        if (http.ContentLength == 0)
        {
            await AnswerAsync(request, json: null);
            return;
        }

        using var body = await request.ReadObjectAsync();
        await AnswerAsync(request, body);
    }

    private Task AnswerAsync(CouchRequest request) => AnswerAsync(request, json: null);

    private async Task AnswerAsync(CouchRequest request, JsonDocument? json)
    {
        var database = databases.Open(request);
        var query = ChangesQuery.Parse(request, database.Feed.Partitions);
        var filter = await ChangesFilter.ReadAsync(request, json?.RootElement, database);

        // A feed may stay for days, and a body have megabytes.
        json?.Dispose();

        // Before the feed looks how far it goes: what comes in between may be in the answer without being in its tag, and never the other way round.
        var isStable = query.Feed.Mode == FeedMode.Normal && !HttpMethods.IsPost(request.Context.Request.Method);
        var tag = isStable ? ChangesTag.Of(request, database) : null;
        using var feed = new FeedSession(database.Feed, query.Feed, filter.View, feeds);

        var response = request.Context.Response;
        response.Head(query.Form, feed);
        if (tag is not null && ChangesTag.Matches(request, tag)) return;
        if (HttpMethods.IsHead(request.Context.Request.Method)) return;

        var isWide = database.Info.PartitionCount > FewPartitions;
        var rows = new RowWriter(query, filter.Fields, isWide);
        var isPlain = filter.View is null && query.SeqInterval is null && !isWide;
        var sharing = isPlain ? new RowSharing(shared, query.Form, query.IncludeDocs) : null;
        var output = new FeedOutput(request.Context, stalls);
        ChangesBody body = query.Form switch
        {
            ChangesForm.Lines => new LinesBody(output, rows, query.TellsSeq, sharing),
            ChangesForm.Events => new EventsBody(output, rows, sharing),
            _ => new ObjectBody(output, rows),
        };
        await SendAsync(feed, body, request, query.Feed.Mode);
    }

    private static async Task SendAsync(FeedSession feed, ChangesBody body, CouchRequest request, FeedMode mode)
    {
        try
        {
            var end = await feed.RunAsync(body, request.Aborted);
            if (mode == FeedMode.Normal && CutOff(end.Reason) is { } problem) Break(body, request, problem);
            else await body.EndAsync(end, request.Aborted);
        }
        catch (FilterFailedException e)
        {
            if (await body.TryFailAsync(e.Message, request.Aborted)) return;

            request.Context.Response.Headers.Remove(HeaderNames.ETag);
            throw new CouchException(StatusCodes.Status500InternalServerError, FilterFailedException.Kind, e.Message);
        }
    }

    // Fewer rows than there are would be taken for all of them.
    private static void Break(ChangesBody body, CouchRequest request, Exception problem)
    {
        if (body.HasBegun)
        {
            request.Context.Abort();
            return;
        }

        request.Context.Response.Headers.Remove(HeaderNames.ETag);
        throw problem;
    }

    private static Exception? CutOff(FeedEndReason reason) => reason switch
    {
        FeedEndReason.ShuttingDown => ServingState.ShuttingDown(),
        FeedEndReason.DatabaseDropped => CouchException.NoDatabase(),
        FeedEndReason.HistoryChanged => CouchException.Unavailable("The database was restored or rewound meanwhile; ask again."),
        FeedEndReason.Purged => CouchException.Unavailable("Deletions that were not sent yet were purged meanwhile; ask again."),
        _ => null,
    };
}
