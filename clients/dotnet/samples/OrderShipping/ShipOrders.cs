using Microsoft.Extensions.Options;
using Subscriptions.Client;

namespace OrderShipping;

/// <summary>Ships the orders of each batch, then acks it; what was not confirmed comes again.</summary>
public sealed class ShipOrders(IOptions<ShippingOptions> options, TimeProvider time) : ISubscriptionHandler
{
    /// <inheritdoc />
    public async Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        foreach (var item in batch.Items)
        {
            await Task.Delay(options.Value.PackingTime, time, cancellationToken);

            // The fencing token goes with the shipment: a shipper that has seen a larger one would refuse it.
            Console.WriteLine($"Order #{item.Id} will be shipped via: {item.As<Order>().ShipVia} (token {batch.FencingToken})");
        }

        await batch.AckAsync(cancellationToken);
        Console.WriteLine($"confirmed: {string.Join(' ', batch.Items.Select(item => item.Id))}");
    }
}
