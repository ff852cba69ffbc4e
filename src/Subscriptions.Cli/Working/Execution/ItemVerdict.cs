namespace Subscriptions.Cli.Working.Execution;

/// <summary>What a command made of an item.</summary>
/// <param name="Why">Why it failed, for people; null: the item is dealt with.</param>
/// <param name="ExitCode">What the command ended with; null when it did not end by itself.</param>
internal sealed record ItemVerdict(string? Why, int? ExitCode)
{
    /// <summary>The item is dealt with.</summary>
    public static ItemVerdict Done { get; } = new(null, 0);
}
