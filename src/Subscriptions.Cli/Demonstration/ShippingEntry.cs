namespace Subscriptions.Cli.Demonstration;

/// <summary>Something that a worker said it did.</summary>
internal abstract record ShippingEntry
{
    private ShippingEntry()
    {
    }

    /// <summary>It shipped an order.</summary>
    /// <param name="Id">The order.</param>
    /// <param name="FencingToken">The lease that it held by its own account.</param>
    public sealed record Shipped(string Id, long FencingToken) : ShippingEntry;

    /// <summary>The ack of these orders was confirmed to it.</summary>
    /// <param name="Ids">The orders.</param>
    public sealed record Confirmed(IReadOnlyList<string> Ids) : ShippingEntry;
}
