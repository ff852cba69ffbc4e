namespace Subscriptions.Core.Leases;

/// <summary>A request for a lease that somebody stands behind; disposing it releases the subscription or the place in the queue.</summary>
public sealed class LeaseTicket : IAsyncDisposable
{
    private readonly LeaseSlot _slot;
    private readonly LeaseRequest _request;

    internal LeaseTicket(LeaseSlot slot, LeaseRequest request)
    {
        _slot = slot;
        _request = request;
    }

    /// <summary>Releases; returns when no write of this request is under way any more. Harmless when repeated.</summary>
    public async ValueTask DisposeAsync() => await _slot.ReleaseAsync(_request);
}
