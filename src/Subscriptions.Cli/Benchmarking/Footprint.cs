namespace Subscriptions.Cli.Benchmarking;

/// <summary>What documents take.</summary>
/// <param name="RssMb">The server's memory in MB; null when it cannot be seen.</param>
/// <param name="DiskBytesPerDoc">Their disk, journals and indexes included, for each.</param>
internal readonly record struct Footprint(double? RssMb, double DiskBytesPerDoc);
