using Subscriptions.Server.Telemetry.Instruments;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>The page that operators' collectors read. Any number may ask at once; a few are answered at a time, the others wait.</summary>
/// <param name="collector">What is on the page.</param>
/// <param name="engine">Has looked up what must be known before.</param>
internal sealed class MetricsPage(MetricCollector collector, EngineMetrics engine) : IDisposable
{
    /// <summary>Where the page is.</summary>
    public const string Path = "/metrics";

    // What is being written but not yet read costs memory; the page's readers are few.
    private const int MostAtOnce = 4;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        var response = context.Response;
        response.ContentType = ExpositionWriter.ContentType;
        response.Headers.CacheControl = "no-store";
        if (isHead) return;

        await _places.WaitAsync(context.RequestAborted);
        try
        {
            await engine.Sampler.RefreshAsync(context.RequestAborted);
            var writer = new ExpositionWriter(response.BodyWriter);
            foreach (var instrument in collector.Collect())
            {
                instrument.Write(writer);

                // One metric's text at a time is in memory, however slowly it is read.
                await response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();
}
