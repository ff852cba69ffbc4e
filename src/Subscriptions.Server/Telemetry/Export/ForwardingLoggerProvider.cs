namespace Subscriptions.Server.Telemetry.Export;

/// <summary>Hands what is logged on to another factory, which stays the caller's. Levels are decided before.</summary>
internal sealed class ForwardingLoggerProvider(ILoggerFactory target) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => target.CreateLogger(categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
