using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>
/// What a connection's client says. Acks count at once, whatever is being sent meanwhile; the rest waits for the connection's loop, and the client with what it says
/// next once <see cref="Capacity"/> of it wait. One reader, the loop; what is announced is thread-safe.
/// </summary>
/// <param name="peer">The client.</param>
/// <param name="window">What acks make room in.</param>
/// <param name="onHeard">The client gave a sign of life.</param>
/// <param name="onNews">Something is to be looked at; after each message, and at the end.</param>
internal sealed class ConnectionInbox(IStreamPeer peer, FlowWindow window, Action onHeard, Action onNews)
{
    /// <summary>How many commands wait at most.</summary>
    public const int Capacity = 64;

    private readonly Channel<StreamCommand> _commands = Channel.CreateBounded<StreamCommand>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _isClosed;

    /// <summary>Whether the client has closed its side, in order.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether the client has closed its side, in order, and nothing is left of what it said.</summary>
    public bool IsDone => _isClosed && _commands.Reader.Completion.IsCompleted;

    /// <summary>Takes the next command, if one waits.</summary>
    public bool TryTake([NotNullWhen(true)] out StreamCommand? command) => _commands.Reader.TryRead(out command);

    /// <summary>Receives until the client closes its side.</summary>
    /// <param name="onUnsound">What it said ends the connection.</param>
    /// <param name="onGone">The connection broke, or is being closed: there is nobody to be told.</param>
    /// <param name="cancellationToken">The connection is over.</param>
    /// <returns>Never fails.</returns>
    public async Task RunAsync(Action<EngineException> onUnsound, Action onGone, CancellationToken cancellationToken)
    {
        try
        {
            while (await peer.ReceiveAsync(cancellationToken) is { } command)
            {
                onHeard();
                if (command is StreamCommand.BufferAck(var bytes)) window.Ack(bytes);
                else if (command is not StreamCommand.NoopReply) await _commands.Writer.WriteAsync(command, cancellationToken);
                onNews();
            }

            _isClosed = true;
        }
        catch (EngineException e)
        {
            onUnsound(e);
        }
        catch (Exception)
        {
            onGone();
        }

        _commands.Writer.Complete();
        onNews();
    }
}
