namespace Subscriptions.Client;

/// <summary>How far a backup has come to this client, or from it.</summary>
/// <param name="Bytes">How many bytes so far.</param>
/// <param name="TotalBytes">How many there are; <see langword="null"/> when nobody knows.</param>
public readonly record struct TransferProgress(long Bytes, long? TotalBytes);
