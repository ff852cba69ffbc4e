using System.Collections.Immutable;

namespace Subscriptions.Server.Settings;

/// <summary>How the HTTP face behaves.</summary>
internal sealed record HttpOptions
{
    /// <summary>The origins whose pages browsers let use the server: <c>https://app.example.org</c>, or <c>*</c> for all. Default: none.</summary>
    public ImmutableArray<string> CorsOrigins { get; init; } = [];
}
