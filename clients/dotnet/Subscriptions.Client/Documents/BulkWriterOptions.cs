namespace Subscriptions.Client;

/// <summary>How a <see cref="BulkWriter"/> gathers operations into requests.</summary>
public sealed record BulkWriterOptions
{
    /// <summary>The most operations in one atomic request, from 1 to 10,000.</summary>
    /// <value>Default: 500.</value>
    public int MaxOperations { get; init; } = 500;

    /// <summary>
    /// The most bytes of ids and content in one request, from 1 KiB to 3.5 MiB; one larger document goes alone. The server takes requests
    /// of at most 4 MiB.
    /// </summary>
    /// <value>Default: 1 MiB.</value>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How many requests may be sent and not yet durable, from 1 to 64. More of them share disk syncs, and take
    /// <see cref="MaxBytes"/> of memory each.
    /// </summary>
    /// <value>Default: 8.</value>
    public int MaxInFlight { get; init; } = 8;

    internal IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(BulkWriterOptions));
        errors.Range(nameof(MaxOperations), MaxOperations, 1, 10_000);
        errors.Range(nameof(MaxBytes), MaxBytes, 1024, 3584 * 1024);
        errors.Range(nameof(MaxInFlight), MaxInFlight, 1, 64);
        return errors.ToList();
    }
}
