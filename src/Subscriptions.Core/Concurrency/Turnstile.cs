namespace Subscriptions.Core.Concurrency;

/// <summary>
/// Lets one in at a time, first come first served. It holds nothing that must be disposed: the owner may go away while somebody is inside and
/// others wait, and each of them still gets its turn. Thread-safe.
/// </summary>
internal sealed class Turnstile
{
    // Set while nobody is inside.
    private readonly AsyncSignal _isFree = new();

    public Turnstile() => _isFree.Set();

    /// <summary>Waits for the turn.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>To be disposed once, which ends the turn.</returns>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _isFree.WaitAsync(cancellationToken);
        return new Turn(_isFree);
    }

    /// <summary>Somebody's turn.</summary>
    public readonly struct Turn(AsyncSignal isFree) : IDisposable
    {
        /// <summary>Lets the next one in.</summary>
        public void Dispose() => isFree.Set();
    }
}
