namespace Subscriptions.Core.Delivery;

/// <summary>Hears of every batch. Called by sessions' loops: thread-safe, short, and must not throw.</summary>
public interface IDeliveryObserver
{
    /// <summary>A batch is on its way to a worker.</summary>
    /// <param name="changes">How many changes it has.</param>
    /// <param name="bytes">Their size by <see cref="Documents.Change.Size"/>.</param>
    void OnBatch(int changes, long bytes);
}
