using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Options of one call. Immutable: each <c>With…</c> method returns a changed copy.</summary>
public readonly struct CallOptions
{
    /// <summary>Options of a call.</summary>
    /// <param name="headers">Headers to send.</param>
    /// <param name="deadline">When the call is given up, in UTC.</param>
    /// <param name="cancellationToken">Gives the call up when cancelled.</param>
    /// <param name="writeOptions">How requests are written.</param>
    /// <param name="propagationToken">What is inherited from an incoming call.</param>
    /// <param name="credentials">Credentials of this call, besides those of the channel.</param>
    [SuppressMessage("Design", "CA1068", Justification = "Generated code binds to this order of parameters.")]
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Headers to send, or null.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>When the call is given up, in UTC, or null.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Gives the call up when cancelled.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>How requests are written, or null.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>What is inherited from an incoming call, or null.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>Credentials of this call, or null.</summary>
    public CallCredentials? Credentials { get; private init; }

    /// <summary>Whether the call waits for a connection instead of failing when there is none.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>The same with these headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>The same with this deadline, in UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>The same with this token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>The same with these write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>The same with this propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>The same with these credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>The same, waiting for a connection or not.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
