namespace Subscriptions.Client;

/// <summary>A member's sign of life.</summary>
/// <param name="Member">Its name, for people.</param>
/// <param name="Beat">Another number each time, so that each write is a new version.</param>
internal sealed record GroupBeat(string Member, long Beat);
