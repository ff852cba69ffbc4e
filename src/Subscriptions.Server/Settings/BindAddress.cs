using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Subscriptions.Server.Settings;

/// <summary>An address and port to listen on. Text: <c>127.0.0.1:50051</c>, <c>[::1]:50051</c>, <c>localhost:0</c>, <c>*:50051</c> for all.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; 0 for a free one.</param>
internal sealed record BindAddress(IPAddress Address, int Port)
{
    /// <summary>True when only this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>A port of this machine's own address.</summary>
    public static BindAddress Loopback(int port) => new(IPAddress.Loopback, port);

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BindAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;

        if (ParseHost(text[..colon]) is not { } host) return false;
        address = new BindAddress(host, port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static IPAddress? ParseHost(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.IPv6Any,
        ['[', .. var inner, ']'] => IPAddress.TryParse(inner, out var six) ? six : null,
        _ => !host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var four) ? four : null,
    };
}
