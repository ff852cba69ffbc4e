namespace Subscriptions.Client;

/// <summary>How members of a group agree on who has which partitions. All members have the same <see cref="Database"/> and <see cref="LeaseDuration"/>.</summary>
public sealed record PartitionLeaseOptions
{
    /// <summary>
    /// Where the group keeps its documents: a database of the same server, which exists. Better not the one that is followed: what members write there several
    /// times in a <see cref="LeaseDuration"/> would be followed, too.
    /// </summary>
    /// <value>Required.</value>
    public string Database { get; init; } = string.Empty;

    /// <summary>What this member calls itself, for people; 1 to 100 characters.</summary>
    /// <value>Default: the machine's name and the process id, such as <c>web-1/4711</c>.</value>
    public string MemberName { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>
    /// For how long a member has its partitions without a sign of life, from 1 second to 10 minutes. It stops by itself when three quarters have passed, so handlers
    /// have to heed their tokens within a quarter; then others may begin. Machines' clocks need not agree, but must go equally fast.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(20);

    internal IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(PartitionLeaseOptions));
        errors.Name(nameof(Database), Database, 238, "coordination");
        errors.Name(nameof(MemberName), MemberName, 100, "indexer-1");
        errors.Range(nameof(LeaseDuration), LeaseDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        return errors.ToList();
    }
}
