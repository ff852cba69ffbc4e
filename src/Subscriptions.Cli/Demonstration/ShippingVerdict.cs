namespace Subscriptions.Cli.Demonstration;

/// <summary>Whether the workers shipped what they should have, and nothing that was confirmed again.</summary>
/// <param name="Shipped">Different orders that were shipped.</param>
/// <param name="Confirmed">Orders whose ack was confirmed to a worker.</param>
/// <param name="Repeats">How often an order was shipped again before it was confirmed; allowed, as nobody had been told that it was done.</param>
/// <param name="Violations">What must not be; empty: all is well.</param>
internal sealed record ShippingVerdict(int Shipped, int Confirmed, int Repeats, IReadOnlyList<string> Violations)
{
    /// <summary>Judges.</summary>
    /// <param name="expected">The orders that match.</param>
    /// <param name="logs">
    /// What the workers said, in the order in which they had the subscription. One worker's lines may have been read while the next one's
    /// already came, but what it shipped had been given to it before: its lease ended when the next one's began.
    /// </param>
    public static ShippingVerdict Of(IReadOnlySet<string> expected, IEnumerable<IReadOnlyList<ShippingEntry>> logs)
    {
        var shipped = new HashSet<string>();
        var confirmed = new HashSet<string>();
        var violations = new List<string>();
        var repeats = 0;
        var token = 0L;
        foreach (var entry in logs.SelectMany(log => log))
        {
            switch (entry)
            {
                case ShippingEntry.Shipped order:
                    if (confirmed.Contains(order.Id)) violations.Add($"{order.Id} was shipped again after its ack was confirmed");
                    if (!expected.Contains(order.Id)) violations.Add($"{order.Id} was shipped and does not match");
                    if (order.FencingToken < token) violations.Add($"{order.Id} was shipped with token {order.FencingToken} after token {token}");
                    if (!shipped.Add(order.Id)) repeats++;
                    token = Math.Max(token, order.FencingToken);
                    break;
                case ShippingEntry.Confirmed batch:
                    violations.AddRange(batch.Ids.Where(id => !shipped.Contains(id)).Select(id => $"{id} was confirmed and never shipped"));
                    violations.AddRange(batch.Ids.Where(id => !confirmed.Add(id)).Select(id => $"{id} was confirmed twice"));
                    break;
            }
        }

        violations.AddRange(expected.Except(shipped).Order(StringComparer.Ordinal).Select(id => $"{id} was never shipped"));
        return new ShippingVerdict(shipped.Count, confirmed.Count, repeats, violations);
    }
}
