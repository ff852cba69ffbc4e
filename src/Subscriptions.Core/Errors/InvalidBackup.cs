using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Errors;

/// <summary>What was given as a backup cannot be used.</summary>
public static class InvalidBackup
{
    /// <summary>INVALID_BACKUP.</summary>
    /// <param name="name">The database that it was to become.</param>
    /// <param name="why">For people, as the second half of a sentence: "it is empty".</param>
    public static EngineException Because(DatabaseName name, string why) => new(
        ErrorCode.InvalidBackup,
        $"Database '{name}' cannot be restored from what was given: {why}. Nothing was changed.",
        ("database", name.Value));
}
