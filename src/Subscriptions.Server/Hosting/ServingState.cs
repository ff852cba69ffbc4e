using Subscriptions.Core.Errors;

namespace Subscriptions.Server.Hosting;

/// <summary>Whether the server takes calls: not yet, now, or no more. Never goes back. Thread-safe.</summary>
internal sealed class ServingState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private volatile bool _isStarted;

    /// <summary>True from the moment when everything is open until the server begins to stop.</summary>
    public bool IsServing => _isStarted && !_stopping.IsCancellationRequested;

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Everything is open.</summary>
    public void Start() => _isStarted = true;

    /// <summary>The server takes no more calls.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Lets a call pass.</summary>
    /// <exception cref="EngineException">SHUTTING_DOWN.</exception>
    public void ThrowIfNotServing()
    {
        if (!IsServing) throw ShuttingDown();
    }

    /// <summary>Why a call is refused or ended.</summary>
    public static EngineException ShuttingDown() =>
        new(ErrorCode.ShuttingDown, "The server is stopping or starting; try again in a moment.");

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();
}
