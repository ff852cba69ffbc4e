using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// One administrative change of a registry at a time: each is a read, a durable write and a change in memory. From the write on a change does
/// not listen to its caller any more: a caller who gives up must not leave memory behind the store. Thread-safe.
/// </summary>
/// <param name="reload">Makes memory what the store has.</param>
/// <param name="errors">What is thrown once the registry is dropped.</param>
internal sealed class ChangeTurns(Func<Task> reload, RegistryErrors errors)
{
    private readonly Turnstile _changing = new();
    private volatile bool _isDropped;

    // A change failed, and may be in the store all the same. Belongs to who changes.
    private bool _isInDoubt;

    /// <summary>The registry is not to be changed any more. Called by a change.</summary>
    public void Drop() => _isDropped = true;

    /// <summary>Carries out a change in its turn.</summary>
    /// <exception cref="Errors.EngineException">DATABASE_DROPPED.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        if (_isDropped) throw errors.Dropped();
        using var turn = await _changing.EnterAsync(cancellationToken);
        if (_isDropped) throw errors.Dropped();
        return await CarryOutAsync(change);
    }

    /// <summary>Carries out a change in its turn; after the drop, nothing.</summary>
    public async Task TryRunAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        using var turn = await _changing.EnterAsync(cancellationToken);
        if (!_isDropped) await CarryOutAsync(change);
    }

    private async Task<T> CarryOutAsync<T>(Func<Task<T>> change)
    {
        if (_isInDoubt) await reload();
        _isInDoubt = false;
        try
        {
            return await change();
        }
        catch (StoreException)
        {
            // Whether anything was changed, the next change finds out: it must not take memory's word for what is durable.
            _isInDoubt = true;
            throw;
        }
    }
}
