using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Streams;

/// <summary>All connections of a server, by name: of each name one, and the newest wins. Thread-safe.</summary>
/// <param name="services">What connections share.</param>
public sealed class StreamConnections(StreamServices services)
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<(DatabaseName Database, string Name), StreamConnection> _connections = [];

    // Those that were replaced and are not over yet count too.
    private int _count;

    /// <summary>Makes a connection known, and ends the one that has the name.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The connection's name.</param>
    /// <param name="connection">The connection.</param>
    /// <returns>To be disposed when the connection is over.</returns>
    /// <exception cref="InvalidInputException">The name is none.</exception>
    /// <exception cref="EngineException">LIMIT_EXCEEDED.</exception>
    public IDisposable Enter(DatabaseName database, string name, StreamConnection connection)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes is 0 or > MaxNameBytes)
            throw new InvalidInputException("open.name", name, $"has {bytes} bytes; a connection's name has 1 to {MaxNameBytes}");

        StreamConnection? replaced;
        lock (_lock)
        {
            if (_count >= services.MaxConnections) throw StreamErrors.TooManyConnections(services.MaxConnections);

            _count++;
            _connections.Remove((database, name), out replaced);
            _connections[(database, name)] = connection;
        }

        replaced?.End(StreamErrors.Replaced(database, name));
        return new Place(this, database, name, connection);
    }

    private void Leave(DatabaseName database, string name, StreamConnection connection)
    {
        lock (_lock)
        {
            _count--;
            if (_connections.TryGetValue((database, name), out var current) && ReferenceEquals(current, connection)) _connections.Remove((database, name));
        }
    }

    private sealed class Place(StreamConnections connections, DatabaseName database, string name, StreamConnection connection) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0) connections.Leave(database, name, connection);
        }
    }
}
