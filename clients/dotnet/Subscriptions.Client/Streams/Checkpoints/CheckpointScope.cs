namespace Subscriptions.Client;

/// <summary>Whose checkpoints.</summary>
/// <param name="Database">The database that is followed.</param>
/// <param name="Consumer">The consumer's name; all members of a group have the same.</param>
public sealed record CheckpointScope(string Database, string Consumer)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Database}/{Consumer}";
}
