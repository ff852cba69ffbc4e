using System.Threading.Channels;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>Work on the writer's connection that must not be inside a transaction: one short piece after each group of requests. Thread-safe.</summary>
internal sealed class BetweenWork
{
    // Unbounded, because whoever has a piece here waits for it before the next one.
    private readonly Channel<Piece> _pieces = Channel.CreateUnbounded<Piece>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Whether there is something to do.</summary>
    public bool HasMore => _pieces.Reader.TryPeek(out _);

    /// <summary>Adds a piece.</summary>
    /// <returns>What came of it; null when the writer has stopped.</returns>
    public Task<T>? TryAdd<T>(Func<SqliteConnection, T> work)
    {
        var piece = new Piece<T>(work);
        return _pieces.Writer.TryWrite(piece) ? piece.Done : null;
    }

    /// <summary>Does the next piece. On the writer's thread.</summary>
    public void RunNext(SqliteConnection connection)
    {
        if (_pieces.Reader.TryRead(out var piece)) piece.Run(connection);
    }

    /// <summary>No more is done: tells all who wait. When the writer has stopped.</summary>
    public void Stop(Func<Exception> reason)
    {
        _pieces.Writer.TryComplete();
        while (_pieces.Reader.TryRead(out var piece)) piece.Fail(reason());
    }

    private abstract class Piece
    {
        public abstract void Run(SqliteConnection connection);

        public abstract void Fail(Exception reason);
    }

    private sealed class Piece<T>(Func<SqliteConnection, T> work) : Piece
    {
        // Callers must not go on on the writer's thread.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        // What fails concerns the caller and nobody else.
        public override void Run(SqliteConnection connection)
        {
            try
            {
                _done.SetResult(work(connection));
            }
            catch (Exception e)
            {
                _done.SetException(e);
            }
        }

        public override void Fail(Exception reason) => _done.SetException(reason);
    }
}
