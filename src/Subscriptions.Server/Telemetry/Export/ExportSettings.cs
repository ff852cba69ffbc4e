namespace Subscriptions.Server.Telemetry.Export;

/// <summary>What is exported, and where to.</summary>
/// <param name="Traces">Where spans go; null: they are not made.</param>
/// <param name="Metrics">Where metrics go; null: nowhere.</param>
/// <param name="Logs">Where the log goes besides the console; null: nowhere.</param>
/// <param name="Environment">All <c>OTEL_</c> variables, for what the SDK reads by itself: samplers, batch sizes, intervals, attributes.</param>
internal sealed record ExportSettings(ExportTarget? Traces, ExportTarget? Metrics, ExportTarget? Logs, IConfiguration Environment)
{
    /// <summary>The collectors, each once, for people.</summary>
    public string Endpoints => string.Join(
        ", ", new[] { Traces, Metrics, Logs }.OfType<ExportTarget>().Select(t => t.Endpoint.GetLeftPart(UriPartial.Authority)).Distinct());
}
