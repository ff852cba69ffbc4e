namespace OrderShipping;

/// <summary>How orders are shipped.</summary>
public sealed class ShippingOptions
{
    /// <summary>How long it takes to pack one order.</summary>
    /// <value>Default: no time at all.</value>
    public TimeSpan PackingTime { get; set; }
}
