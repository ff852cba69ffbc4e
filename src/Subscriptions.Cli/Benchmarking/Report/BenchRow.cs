namespace Subscriptions.Cli.Benchmarking.Report;

/// <summary>Figures as people read them.</summary>
/// <param name="Scenario">What was measured.</param>
/// <param name="Median">The median, with its unit.</param>
/// <param name="Spread">The least and the most of the rounds; empty when there was one.</param>
/// <param name="More">All else that was seen.</param>
/// <param name="Bar">How long its bar is, from 0 to 1; null: it has none.</param>
internal sealed record BenchRow(string Scenario, string Median, string Spread, string More, double? Bar);
