using Subscriptions.Core.Changes;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Tests.Feeds;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>A connection that runs until it is disposed.</summary>
internal sealed class ConnectionRun : IAsyncDisposable
{
    /// <summary>More documents than fit into a window of 1024 bytes: that lets a to o pass.</summary>
    public static readonly IReadOnlyList<string> Twenty = [.. Enumerable.Range('a', 20).Select(c => ((char)c).ToString())];

    private readonly CancellationTokenSource _gone = new();

    private ConnectionRun(StreamConnection connection)
    {
        Connection = connection;
        Task = connection.RunAsync(_gone.Token);
    }

    public StreamConnection Connection { get; }

    public Task Task { get; }

    /// <summary>Runs a connection with room for a stream of each partition.</summary>
    public static ConnectionRun Start(FeedFixture fixture, FakePeer peer, long window) =>
        Start(fixture, peer, new StreamServices(fixture.Services, 10, 1024), window);

    /// <inheritdoc cref="Start(FeedFixture, FakePeer, long)" />
    public static ConnectionRun Start(FeedFixture fixture, FakePeer peer, StreamServices services, long window = 0) =>
        new(new StreamConnection(fixture.Shop.Feed, peer, new ConnectionSettings { BufferBytes = window }, services));

    /// <summary>Asks for a stream, from the beginning unless another place is given.</summary>
    public static StreamCommand.Open Open(
        uint id, int partition = 0, Func<IChangeView>? filter = null, StreamFlags flags = StreamFlags.None, Position? from = null) =>
        new(new StreamRequest { Id = id, Partition = partition, Start = from ?? Position.Beginning(partition), Filter = filter, Flags = flags });

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Within();
        Connection.Dispose();
        _gone.Dispose();
    }
}
