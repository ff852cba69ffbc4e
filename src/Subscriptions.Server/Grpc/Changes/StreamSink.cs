using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>
/// Writes a feed to a caller: each page of it at once, in messages that stay under 1 MiB unless one row is larger. A write ends when the network has
/// taken it.
/// </summary>
/// <param name="responses">The caller.</param>
/// <param name="session">The feed.</param>
/// <param name="encoder">How rows look.</param>
internal sealed class StreamSink(FeedResponses responses, FeedSession session, RowEncoder encoder) : IFeedSink
{
    // One page of the feed, which is read on when they are sent.
    private readonly List<Wire.WatchChangesResponse> _messages = [];
    private bool _isCaughtUp;

    /// <inheritdoc />
    public void Write(FeedRows rows)
    {
        _isCaughtUp = false;
        encoder.Begin(rows);
        var message = new Wire.ChangeRows();
        var bytes = encoder.TokenBytes;
        foreach (var change in rows.Changes)
        {
            var size = encoder.MaxSizeOf(change);
            if (message.Rows.Count > 0 && bytes + size > RowEncoder.MaxBytes)
            {
                Add(message, rows);
                message = new Wire.ChangeRows();
                bytes = encoder.TokenBytes;
            }

            rows.MoveTo(change);
            message.Rows.Add(encoder.Encode(change, rows));
            bytes += size;
        }

        Add(message, rows);
    }

    /// <inheritdoc />
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        foreach (var message in _messages) await responses.WriteAsync(message, cancellationToken);
        _messages.Clear();
        return true;
    }

    /// <inheritdoc />
    public async ValueTask CaughtUpAsync(CancellationToken cancellationToken)
    {
        if (_isCaughtUp) return;

        _isCaughtUp = true;
        var message = new Wire.FeedCaughtUp { ResumeToken = session.Token.ToString() };
        await responses.WriteAsync(new Wire.WatchChangesResponse { CaughtUp = message }, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask HeartbeatAsync(ResumeToken token, CancellationToken cancellationToken) =>
        await responses.WriteAsync(
            new Wire.WatchChangesResponse { Checkpoint = new Wire.FeedCheckpoint { ResumeToken = token.ToString() } }, cancellationToken);

    private void Add(Wire.ChangeRows message, FeedRows rows)
    {
        message.ResumeToken = encoder.TokenOf(rows);
        _messages.Add(new Wire.WatchChangesResponse { Rows = message });
    }
}
