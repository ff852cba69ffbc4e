using System.Globalization;
using Google.Protobuf;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Queries;

/// <summary>Trials of queries on the wire.</summary>
internal static class TrialMapping
{
    private const int DefaultItems = 10;
    private const int MaxItems = 1000;

    private static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    /// <summary>The limits of a trial.</summary>
    /// <exception cref="InvalidInputException">One is outside its range, or there is no query.</exception>
    public static QueryTrialOptions ToOptions(Wire.TryQueryRequest request)
    {
        if (request.Query.Length == 0) throw new InvalidInputException("query", "", "is required, such as: from Orders");
        if (request.MaxItems is < 0 or > MaxItems)
        {
            throw new InvalidInputException(
                "max_items", request.MaxItems.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MaxItems}; 0 means {DefaultItems}");
        }

        var time = request.MaxTime is { } wanted ? WireTime.ToTimeSpan(wanted, "max_time") : DefaultTime;
        if (time < MinTime || time > MaxTime)
        {
            throw new InvalidInputException(
                "max_time", time.ToString("c", CultureInfo.InvariantCulture), $"is outside {MinTime.TotalMilliseconds} ms to {MaxTime.TotalSeconds} s");
        }

        return new QueryTrialOptions(request.MaxItems == 0 ? DefaultItems : request.MaxItems, time) { IncludeDeletes = request.IncludeDeletes };
    }

    /// <summary>What a trial found.</summary>
    public static Wire.TryQueryResponse ToWire(QueryTrialResult result)
    {
        var wire = new Wire.TryQueryResponse { Scanned = result.Scanned, IsComplete = result.IsComplete, ResumeToken = result.Token.ToString() };
        wire.Items.Add(result.Items.Select(ToItem));
        wire.Includes.Add(result.Includes.Select(ToIncluded));
        return wire;
    }

    private static Wire.Item ToItem(Change change) => new()
    {
        Id = change.Id,
        Collection = change.Collection,
        Content = UnsafeByteOperations.UnsafeWrap(change.Content),
        Revision = change.Revision.ToString(),
        Partition = change.Partition,
        Seqno = change.Seqno,
        Kind = change.Kind switch
        {
            ChangeKind.Put => Wire.ChangeKind.Put,
            ChangeKind.Delete => Wire.ChangeKind.Delete,
            _ => Wire.ChangeKind.Expiry,
        },
        Attempt = 1,
        ChangedAtUnixMs = change.ChangedAt.ToUnixTimeMilliseconds(),
        ExpiresAtUnixMs = change.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
        Error = change.Error ?? "",
        Traceparent = change.Origin?.ToString() ?? "",
        PreviousContent = UnsafeByteOperations.UnsafeWrap(change.Previous?.Content ?? default),
        PreviousRevision = change.Previous?.Revision.ToString() ?? "",
    };

    private static Wire.IncludedDocument ToIncluded(Change document) => new()
    {
        Id = document.Id,
        Collection = document.Collection,
        Content = UnsafeByteOperations.UnsafeWrap(document.Content),
        Revision = document.Revision.ToString(),
    };
}
