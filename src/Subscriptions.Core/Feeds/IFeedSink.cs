using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Feeds;

/// <summary>Who gets what a feed gives: a face, which writes it to its client. The feed waits for it, and reads nothing meanwhile.</summary>
public interface IFeedSink
{
    /// <summary>
    /// How many of the rows that it was just given the sink took, if it wants no more: it has moved to the last of those, and the feed ends there as at its
    /// limit. Null: all, and the feed goes on.
    /// </summary>
    int? Cut => null;

    /// <summary>Some rows, at least one. To be written to memory only: other feeds and writers wait meanwhile.</summary>
    void Write(FeedRows rows);

    /// <summary>Rows were written: sends what is worth sending. May wait for the client for as long as it takes.</summary>
    /// <returns>False when everything was held back: the client has heard nothing, and a sign of life may become due.</returns>
    ValueTask<bool> SendAsync(CancellationToken cancellationToken);

    /// <summary>Nothing more exists for now, and the feed begins to wait: what was held back has to go out. Called once before each wait.</summary>
    ValueTask CaughtUpAsync(CancellationToken cancellationToken);

    /// <summary>A sign of life.</summary>
    /// <param name="token">Where the feed is: everything before it was given, or does not concern the reader.</param>
    /// <param name="cancellationToken">Stops the feed.</param>
    ValueTask HeartbeatAsync(ResumeToken token, CancellationToken cancellationToken);
}
