using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>Gathers one page, until it is as large as a page may be.</summary>
/// <param name="encoder">How rows look.</param>
internal sealed class PageSink(RowEncoder encoder) : IFeedSink
{
    private int _bytes;

    /// <summary>What was gathered.</summary>
    public Wire.GetChangesResponse Page { get; } = new();

    /// <inheritdoc />
    public int? Cut { get; private set; }

    /// <inheritdoc />
    public void Write(FeedRows rows)
    {
        encoder.Begin(rows);
        for (var i = 0; i < rows.Changes.Count; i++)
        {
            var change = rows.Changes[i];
            _bytes += encoder.MaxSizeOf(change);
            if (_bytes > RowEncoder.MaxBytes && Page.Rows.Count > 0)
            {
                Cut = i;
                break;
            }

            rows.MoveTo(change);
            Page.Rows.Add(encoder.Encode(change, rows));
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> SendAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <inheritdoc />
    public ValueTask CaughtUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask HeartbeatAsync(ResumeToken token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
