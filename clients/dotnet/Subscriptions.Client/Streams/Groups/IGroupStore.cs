namespace Subscriptions.Client;

/// <summary>Where a group's table and its members' signs of life are kept. All may throw <see cref="SubscriptionsException"/>.</summary>
internal interface IGroupStore
{
    /// <summary>The table and its revision; null: there is none yet.</summary>
    Task<(GroupTable Table, string Revision)?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the table if its revision is still this one; null: if there is none.</summary>
    /// <returns>False when it is not, and nothing was written.</returns>
    Task<bool> TryWriteAsync(GroupTable table, string? revision, CancellationToken cancellationToken);

    /// <summary>Gives a sign of life.</summary>
    Task BeatAsync(string id, GroupBeat beat, CancellationToken cancellationToken);

    /// <summary>Of each member's last sign of life a text that is another one after the next sign; those without are missing.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadBeatsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Forgets a member's signs of life.</summary>
    Task ForgetAsync(string id, CancellationToken cancellationToken);
}
