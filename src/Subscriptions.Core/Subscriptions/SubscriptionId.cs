using System.Globalization;
using System.Security.Cryptography;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// The identity of a subscription for its whole life: random, 16 hex digits. A subscription that is deleted and created again under the
/// same name is another subscription.
/// </summary>
/// <param name="Value">Positive.</param>
public readonly record struct SubscriptionId(long Value)
{
    /// <summary>Draws a new, random identity.</summary>
    public static SubscriptionId Create()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return new SubscriptionId(Math.Max(1, BitConverter.ToInt64(bytes) & long.MaxValue));
    }

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
