namespace Subscriptions.Client;

/// <summary>A member of a group.</summary>
/// <param name="Id">Its id; a member that lost its lease comes back under another one.</param>
/// <param name="Holds">The partitions that it works on, or is about to, in order. Nobody else may begin with one of them.</param>
internal sealed record GroupMember(string Id, IReadOnlyList<int> Holds);
