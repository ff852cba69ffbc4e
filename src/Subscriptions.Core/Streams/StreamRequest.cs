using Subscriptions.Core.Changes;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Streams;

/// <summary>What somebody asks of a stream.</summary>
public sealed record StreamRequest
{
    /// <summary>The client's name for the stream.</summary>
    public required uint Id { get; init; }

    /// <summary>The partition.</summary>
    public required int Partition { get; init; }

    /// <summary>Where the reader says it is.</summary>
    public required Position Start { get; init; }

    /// <summary>The seqno where the stream ends; null: nowhere.</summary>
    public long? End { get; init; }

    /// <summary>How it differs from the usual one.</summary>
    public StreamFlags Flags { get; init; }

    /// <summary>
    /// Makes what the reader gets to see of a change; null: everything. Called when the request is sound so far; what it throws about the filter refuses the
    /// stream.
    /// </summary>
    public Func<IChangeView>? Filter { get; init; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(StreamFlags flag) => (Flags & flag) != 0;
}
