using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>In which form a feed is sent.</summary>
internal enum ChangesForm
{
    /// <summary>One JSON object: <c>normal</c> and <c>longpoll</c>.</summary>
    Object = 0,

    /// <summary>A line for each row: <c>continuous</c>, or <c>live</c>.</summary>
    Lines = 1,

    /// <summary>Events of EventSource.</summary>
    Events = 2,
}

/// <summary>The parameters of <c>_changes</c>, but for those of filters. Names, defaults and refusals are CouchDB's.</summary>
internal sealed record ChangesQuery
{
    private const string DatabaseHere = "since";

    // Beyond that proxies and operating systems take a silent connection for a dead one.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    /// <summary>The form.</summary>
    public required ChangesForm Form { get; init; }

    /// <summary>What is asked of the feed.</summary>
    public required FeedRequest Feed { get; init; }

    /// <summary>Whether rows bring their documents along.</summary>
    public required bool IncludeDocs { get; init; }

    /// <summary>Every how many rows one tells its position; null: as many as is cheap.</summary>
    public required int? SeqInterval { get; init; }

    /// <summary>Whether heartbeats of <c>continuous</c> tell the feed's position.</summary>
    public required bool TellsSeq { get; init; }

    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="CouchException">One is not valid.</exception>
    public static ChangesQuery Parse(CouchRequest request, IReadOnlyList<PartitionState> partitions)
    {
        var query = request.Query;
        var (mode, form) = Mode(query["feed"]);
        if (query["style"] is not (null or "main_only" or "all_docs"))
            throw CouchException.BadRequest("Supported `style` values: main_only, all_docs");

        return new ChangesQuery
        {
            Form = form,
            IncludeDocs = query.Is("include_docs"),
            SeqInterval = Interval(query["seq_interval"]),
            TellsSeq = query.Is("heartbeat_seq"),
            Feed = new FeedRequest
            {
                Mode = mode,
                Since = Since(request, form, partitions),
                Descending = query.Is("descending"),
                Limit = Count(query["limit"], "limit", "") ?? long.MaxValue,
                Heartbeat = Heartbeat(query["heartbeat"]),
                Timeout = Count(query["timeout"], "timeout", " (in milliseconds)") is { } timeout ? Milliseconds(timeout) : FeedRequest.DefaultTimeout,
                Until = query["until"] is { } until ? Place(until, partitions, "until") : null,
            },
        };
    }

    private static (FeedMode Mode, ChangesForm Form) Mode(string? feed) => feed switch
    {
        null or "normal" => (FeedMode.Normal, ChangesForm.Object),
        "longpoll" => (FeedMode.LongPoll, ChangesForm.Object),
        "continuous" or "live" => (FeedMode.Continuous, ChangesForm.Lines),
        "eventsource" => (FeedMode.Continuous, ChangesForm.Events),
        _ => throw CouchException.BadRequest("Supported `feed` types: normal, continuous, live, longpoll, eventsource"),
    };

    // An EventSource that reconnects asks for the same address again and names the last event in a header.
    private static ResumeToken Since(CouchRequest request, ChangesForm form, IReadOnlyList<PartitionState> partitions)
    {
        var last = form == ChangesForm.Events ? request.Header("Last-Event-ID") : null;
        var since = string.IsNullOrEmpty(last) ? request.Query["last-event-id"] ?? request.Query[DatabaseHere] : last;
        return since is null ? ResumeToken.Beginning : Place(since, partitions, DatabaseHere);
    }

    private static ResumeToken Place(string text, IReadOnlyList<PartitionState> partitions, string name)
    {
        try
        {
            return FeedSince.Parse(text, partitions, name);
        }
        catch (InvalidInputException e)
        {
            var isOfOnePartition = partitions.Count > 1 && long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out _);
            throw CouchException.BadRequest(isOfOnePartition ? e.Message : $"Malformed sequence supplied in '{name}' parameter.");
        }
    }

    private static long? Count(string? text, string name, string unit)
    {
        if (text is null) return null;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw CouchException.BadRequest($"The {name} parameter should be a non-negative integer{unit}.");
        if (value < 0) throw CouchException.BadRequest($"The {name} value should be a non-negative integer{unit}.");
        return (long)Int128.Min(value, long.MaxValue);
    }

    private static TimeSpan? Heartbeat(string? text)
    {
        if (text is null) return null;
        if (text is "true") return LongestSilence;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw CouchException.BadRequest("Invalid heartbeat value. Expecting a positive integer value (in milliseconds).");
        if (value <= 0) throw CouchException.BadRequest("The heartbeat value should be a positive integer (in milliseconds).");
        return Milliseconds((long)Int128.Min(value, long.MaxValue));
    }

    private static int? Interval(string? text)
    {
        if (text is null) return null;
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value > 0)
            return (int)Int128.Min(value, int.MaxValue);
        throw new CouchException(StatusCodes.Status400BadRequest, "invalid_seq_interval", "The seq_interval value should be a positive integer.");
    }

    private static TimeSpan Milliseconds(long value) =>
        value < LongestSilence.TotalMilliseconds ? TimeSpan.FromMilliseconds(value) : LongestSilence;
}
