using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Streams;

/// <summary>Opens streams of one connection. Belongs to its loop.</summary>
/// <param name="feed">The database's log.</param>
/// <param name="streams">The connection's streams.</param>
/// <param name="services">What connections share.</param>
internal sealed class StreamOpening(ChangeFeed feed, StreamTable streams, StreamServices services)
{
    /// <summary>Carries out a request: opens the stream, or says why not.</summary>
    /// <returns>What the client is told.</returns>
    public StreamMessage Open(StreamRequest request)
    {
        try
        {
            return Admit(request);
        }
        catch (EngineException e)
        {
            return new StreamMessage.Refused(request.Id, e);
        }
    }

    private StreamMessage Admit(StreamRequest request)
    {
        if (request.Partition < 0 || request.Partition >= feed.Partitions.Count) throw StreamErrors.NoPartition(request.Partition, feed.Partitions.Count);

        var partition = feed.Partitions[request.Partition];
        var prepared = StreamAdmission.Prepare(request, partition);
        var view = request.Filter?.Invoke();
        if (streams.Find(request.Id) is not null) throw StreamErrors.Exists(request.Id);

        switch (StreamAdmission.Decide(prepared, partition, view?.Collection))
        {
            case StreamDecision.Rollback rollback:
                services.Figures.RolledBack(rollback.Reason);
                return new StreamMessage.RolledBack(request.Id, partition, rollback);
            case StreamDecision.Accepted accepted:
                return Begin(prepared, partition, accepted, view);
            case var other:
                throw new InvalidOperationException($"Unknown decision {other}.");
        }
    }

    private StreamMessage.Opened Begin(StreamRequest request, PartitionState partition, StreamDecision.Accepted accepted, IChangeView? view)
    {
        if (streams.Count >= services.MaxStreams) throw StreamErrors.TooManyStreams(services.MaxStreams);

        streams.Add(new PartitionStream(feed, request, accepted, view, services.Feeds.Time));
        services.Figures.Opened();
        return new StreamMessage.Opened(request.Id, partition, accepted.Start, accepted.End);
    }
}
