using System.Collections.Immutable;
using System.Globalization;

namespace Subscriptions.Server.Settings;

/// <summary>Reads the values of settings. Each method returns what is wrong with the text, as the end of a sentence, or null.</summary>
internal static class SettingText
{
    private static readonly (string Suffix, long Factor)[] Sizes =
        [("GiB", 1024L * 1024 * 1024), ("MiB", 1024 * 1024), ("KiB", 1024), ("B", 1), ("", 1)];

    private static readonly (string Suffix, TimeSpan Unit)[] Times =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
    ];

    /// <summary>Puts a value into settings.</summary>
    public delegate ServerSettings Put<in T>(ServerSettings settings, T value);

    /// <summary>Any text but none.</summary>
    public static string? Text(string text, ref ServerSettings settings, Put<string> put)
    {
        if (string.IsNullOrWhiteSpace(text)) return "is empty";
        settings = put(settings, text);
        return null;
    }

    /// <summary>An address and a port.</summary>
    public static string? Address(string text, ref ServerSettings settings, Put<BindAddress> put)
    {
        if (!BindAddress.TryParse(text, out var address))
            return "is not an address and a port, such as 127.0.0.1:50051, [::1]:50051 or *:50051";
        settings = put(settings, address);
        return null;
    }

    /// <summary>true or false.</summary>
    public static string? Switch(string text, ref ServerSettings settings, Put<bool> put)
    {
        if (!bool.TryParse(text, out var value)) return "is neither true nor false";
        settings = put(settings, value);
        return null;
    }

    /// <summary>A level of the log, by name.</summary>
    public static string? Level(string text, ref ServerSettings settings, Put<LogLevel> put)
    {
        if (!Enum.TryParse<LogLevel>(text, ignoreCase: true, out var value) || !Enum.IsDefined(value))
            return "is none of Trace, Debug, Information, Warning, Error, None";
        settings = put(settings, value);
        return null;
    }

    /// <summary>Origins of pages, with commas between; an asterisk for all; or <c>none</c>.</summary>
    public static string? Origins(string text, ref ServerSettings settings, Put<ImmutableArray<string>> put)
    {
        var origins = text == "none" ? [] : text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var origin in origins)
        {
            if (!IsOrigin(origin)) return $"has '{origin}', which is not an origin such as https://app.example.org or http://localhost:8080, nor *";
        }

        settings = put(settings, ImmutableArray.Create(origins));
        return null;
    }

    /// <summary>A whole number in a range.</summary>
    public static string? Number(string text, int least, int most, ref ServerSettings settings, Put<int> put)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
            return $"is not a whole number from {least} to {most}";
        settings = put(settings, value);
        return null;
    }

    /// <summary>A number of bytes in a range: 4194304, 4096KiB, 4MiB.</summary>
    public static string? Size(string text, int least, int most, ref ServerSettings settings, Put<int> put)
    {
        var (suffix, factor) = Sizes.First(s => text.EndsWith(s.Suffix, StringComparison.OrdinalIgnoreCase));
        var digits = text.AsSpan(0, text.Length - suffix.Length).Trim();
        var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (!isNumber || count * factor < least || count * factor > most)
            return $"is not a size from {least} to {most} bytes, such as {most / 2} or 4MiB";
        settings = put(settings, (int)(count * factor));
        return null;
    }

    /// <summary>A time in a range: 500ms, 10s, 2m, 00:00:10.</summary>
    public static string? Time(string text, TimeSpan least, TimeSpan most, ref ServerSettings settings, Put<TimeSpan> put)
    {
        if (!TryParseTime(text, out var value) || value < least || value > most)
            return $"is not a time from {least.TotalMilliseconds}ms to {most.TotalMinutes}m, such as 500ms, 10s or 00:00:10";
        settings = put(settings, value);
        return null;
    }

    // As browsers send it: a scheme and an authority, without a path.
    private static bool IsOrigin(string text) =>
        text == "*"
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && text.Contains("://", StringComparison.Ordinal)
            && !text.Contains('*', StringComparison.Ordinal)
            && uri.Host.Length > 0
            && uri.AbsolutePath is "" or "/"
            && !text.EndsWith('/')
            && uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length == 0);

    private static bool TryParseTime(string text, out TimeSpan value)
    {
        foreach (var (suffix, unit) in Times)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            value = default;
            if (!int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            value = unit * count;
            return true;
        }

        // A bare number would be days.
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);
    }
}
