using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Subscriptions.TestKit;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>The server's side of one feed: says what the test says.</summary>
internal sealed class ScriptedFeed(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> writer, ServerCallContext context)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was asked for.</summary>
    public WatchChangesRequest Request => request;

    /// <summary>Completes when the feed is over, however.</summary>
    public Task Left => _left.Task;

    /// <summary>Gives rows; each has a token, t and its id, unless told otherwise.</summary>
    public Task RowsAsync(params string[] ids) => RowsAsync(hasTokens: true, ids);

    /// <inheritdoc cref="RowsAsync(string[])" />
    public Task RowsAsync(bool hasTokens, params string[] ids) => SendAsync(new WatchChangesResponse
    {
        Rows = new ChangeRows
        {
            Rows = { ids.Select(id => new V1.ChangeRow { Id = id, Kind = V1.ChangeKind.Put, ResumeToken = hasTokens ? "t" + id : string.Empty }) },
            ResumeToken = "t" + ids[^1],
        },
    });

    public Task CheckpointAsync(string token) => SendAsync(new WatchChangesResponse { Checkpoint = new FeedCheckpoint { ResumeToken = token } });

    public Task CaughtUpAsync(string token) => SendAsync(new WatchChangesResponse { CaughtUp = new FeedCaughtUp { ResumeToken = token } });

    public Task RewoundAsync(string token) =>
        SendAsync(new WatchChangesResponse { Rewound = new FeedRewound { ResumeToken = token, Reason = "partition 0" } });

    public Task EndAsync(V1.FeedEndReason reason, string token, long pending = 0) =>
        SendAsync(new WatchChangesResponse { End = new FeedEnd { Reason = reason, ResumeToken = token, Pending = pending } });

    /// <summary>Ends the feed with OK.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>Ends the feed with an error.</summary>
    public void Fail(RpcException error) => _end.TrySetException(error);

    /// <summary>Resets the stream, as if the call had been killed.</summary>
    public void Abort() => context.GetHttpContext().Abort();

    /// <summary>Resets the connection, as if the server had been killed.</summary>
    public void CutConnection() => context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();

    /// <summary>The feed, until the test or the client ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            await _end.Task.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The client is gone, or the test cut it off.
        }
        finally
        {
            _left.TrySetResult();
        }
    }

    private Task SendAsync(WatchChangesResponse response) => writer.WriteAsync(response, CancellationToken.None).Within();
}
