namespace Subscriptions.Client;

/// <summary>What an update came to.</summary>
/// <param name="Subscription">The subscription now.</param>
/// <param name="Changed"><see langword="false"/> when everything was as it was asked for already.</param>
/// <param name="Created"><see langword="true"/> when it was missing.</param>
public sealed record UpdateResult(SubscriptionInfo Subscription, bool Changed, bool Created);
