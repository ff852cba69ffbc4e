namespace OrderShipping;

/// <summary>What this service needs to know of an order.</summary>
public sealed record Order(string Company, string ShipVia);
