using System.Globalization;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// The number of a lease: each grant of a subscription has a strictly larger one than all before, persisted before the worker hears of it.
/// </summary>
/// <param name="Value">From 1; 0 before the first grant.</param>
public readonly record struct FencingToken(long Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
