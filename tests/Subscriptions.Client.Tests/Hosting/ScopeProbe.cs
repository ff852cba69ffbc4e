namespace Subscriptions.Client.Tests.Hosting;

/// <summary>A scoped service that knows whether its scope is over.</summary>
internal sealed class ScopeProbe : IAsyncDisposable
{
    public bool IsDisposed { get; private set; }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
