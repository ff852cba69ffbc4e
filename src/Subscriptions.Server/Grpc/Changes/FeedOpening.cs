using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>What somebody asks of a database's changes, checked.</summary>
/// <param name="Request">What the engine is asked for.</param>
/// <param name="View">What the reader gets to see; null: everything.</param>
/// <param name="Encoder">How rows look.</param>
internal sealed record FeedOpening(FeedRequest Request, IChangeView? View, RowEncoder Encoder)
{
    /// <summary>The most rows of a page.</summary>
    public const int MaxPageRows = 10_000;

    private const int DefaultPageRows = 1000;
    private const int MaxTokenInterval = 10_000;

    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxHeartbeat = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxIdle = TimeSpan.FromHours(24);
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Checks a request for a page.</summary>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    /// <exception cref="Core.Errors.EngineException">INVALID_QUERY.</exception>
    public static FeedOpening Of(Wire.GetChangesRequest request, Database database)
    {
        CheckRange("limit", request.Limit, 0, MaxPageRows);
        var filter = FeedFilter.Parse(request.Filter, database);
        return new FeedOpening(
            new FeedRequest
            {
                Mode = FeedMode.Normal,
                Since = Place(request.Since, database, "since") ?? ResumeToken.Beginning,
                Until = Place(request.Until, database, "until"),
                Limit = request.Limit == 0 ? DefaultPageRows : request.Limit,
                Descending = request.Descending,
            },
            filter.View,
            EncoderOf(request.IncludeDocs || filter.Selects, request.TokenInterval));
    }

    /// <summary>Checks a request to follow the changes.</summary>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    /// <exception cref="Core.Errors.EngineException">INVALID_QUERY.</exception>
    public static FeedOpening Of(Wire.WatchChangesRequest request, Database database)
    {
        var mode = ModeOf(request.Mode);
        CheckRange("limit", request.Limit, 0, long.MaxValue);
        var heartbeat = HeartbeatOf(request.Heartbeat);
        var idle = Time("idle_timeout", request.IdleTimeout, MaxIdle) ?? (mode == FeedMode.LongPoll ? FeedRequest.DefaultTimeout : null);
        var filter = FeedFilter.Parse(request.Filter, database);
        return new FeedOpening(
            new FeedRequest
            {
                Mode = mode,
                Since = Place(request.Since, database, "since") ?? ResumeToken.Beginning,
                Until = Place(request.Until, database, "until"),
                Limit = request.Limit == 0 ? long.MaxValue : request.Limit,
                Descending = request.Descending,
                Heartbeat = heartbeat,
                IdleTimeout = idle,
            },
            filter.View,
            EncoderOf(request.IncludeDocs || filter.Selects, request.TokenInterval));
    }

    /// <summary>The longest silence that a reader wants.</summary>
    /// <exception cref="InvalidInputException">It is outside its limits.</exception>
    public static TimeSpan HeartbeatOf(Duration? heartbeat) => Time("heartbeat", heartbeat, MaxHeartbeat) ?? DefaultHeartbeat;

    private static RowEncoder EncoderOf(bool hasContent, int tokenInterval)
    {
        CheckRange("token_interval", tokenInterval, 0, MaxTokenInterval);
        return new RowEncoder(hasContent, Math.Max(1, tokenInterval));
    }

    private static ResumeToken? Place(string text, Database database, string field) =>
        text.Length == 0 ? null : FeedSince.Parse(text, database.Feed.Partitions, field);

    private static FeedMode ModeOf(Wire.WatchMode mode) => mode switch
    {
        Wire.WatchMode.LongPoll => FeedMode.LongPoll,
        Wire.WatchMode.Unspecified or Wire.WatchMode.Continuous => FeedMode.Continuous,
        _ => throw new InvalidInputException("mode", ((int)mode).ToString(CultureInfo.InvariantCulture), "is no mode of a feed"),
    };

    private static TimeSpan? Time(string field, Duration? duration, TimeSpan max)
    {
        if (duration is null) return null;

        var time = WireTime.ToTimeSpan(duration, field);
        if (time >= MinTime && time <= max) return time;
        throw new InvalidInputException(
            field, time.ToString("c", CultureInfo.InvariantCulture), $"is outside {MinTime.TotalMilliseconds} ms to {max.TotalHours} h");
    }

    private static void CheckRange(string field, long value, long min, long max)
    {
        if (value >= min && value <= max) return;
        throw new InvalidInputException(
            field,
            value.ToString(CultureInfo.InvariantCulture),
            max == long.MaxValue ? "is negative; 0 means no limit" : $"is outside 1 to {max}; 0 means the default");
    }
}
