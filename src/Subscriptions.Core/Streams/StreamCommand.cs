using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>What a connection's client says after it has opened.</summary>
public abstract record StreamCommand
{
    private StreamCommand()
    {
    }

    /// <summary>Changes the settings.</summary>
    /// <param name="Change">What is in force, with what the client names changed; throws when that is outside its limits.</param>
    public sealed record Control(Func<ConnectionSettings, ConnectionSettings> Change) : StreamCommand;

    /// <summary>Asks for a stream.</summary>
    public sealed record Open(StreamRequest Request) : StreamCommand;

    /// <summary>Ends a stream.</summary>
    public sealed record Close(uint StreamId) : StreamCommand;

    /// <summary>Is done with so many bytes.</summary>
    public sealed record BufferAck(long Bytes) : StreamCommand;

    /// <summary>Answers a noop.</summary>
    public sealed record NoopReply : StreamCommand;

    /// <summary>Asks for a stream in a way that makes no sense.</summary>
    public sealed record Unsound(uint StreamId, EngineException Error) : StreamCommand;
}
