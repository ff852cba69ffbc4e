namespace Subscriptions.Client;

/// <summary>What an idempotent creation came to.</summary>
/// <typeparam name="T">What was to be created.</typeparam>
/// <param name="Value">What exists now.</param>
/// <param name="Created"><see langword="false"/> when it existed already, with the same settings.</param>
public readonly record struct CreateResult<T>(T Value, bool Created);
