using System.Collections;
using System.Globalization;
using OpenTelemetry.Exporter;

namespace Subscriptions.Server.Telemetry.Export;

/// <summary>
/// Reads OpenTelemetry's standard environment variables. Nothing is exported unless one of them names an endpoint: an SDK that runs
/// without being asked costs memory and time, and fills a log with what it cannot reach.
/// </summary>
internal sealed class ExportSettingsReader
{
    private const string Prefix = "OTEL_";
    private const string Otlp = "OTEL_EXPORTER_OTLP_";

    private readonly IConfiguration _environment;
    private readonly List<string> _errors = [];

    private ExportSettingsReader(IConfiguration environment) => _environment = environment;

    /// <summary>Reads and checks.</summary>
    /// <param name="variables">Environment variables; those of OpenTelemetry are looked at.</param>
    /// <param name="errors">What is wrong; empty when nothing is.</param>
    /// <returns>Null when nothing is to be exported; to be used only when there are no errors.</returns>
    public static ExportSettings? Read(IDictionary variables, out IReadOnlyList<string> errors)
    {
        var ours = variables.Cast<DictionaryEntry>()
            .Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value))
            .Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal));
        return new ExportSettingsReader(new ConfigurationBuilder().AddInMemoryCollection(ours).Build()).Read(out errors);
    }

    private ExportSettings? Read(out IReadOnlyList<string> errors)
    {
        errors = _errors;

        // By the specification everything but "true" means that it is enabled.
        if (string.Equals(_environment["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)) return null;

        var settings = new ExportSettings(
            Target("TRACES", "v1/traces"), Target("METRICS", "v1/metrics"), Target("LOGS", "v1/logs"), _environment);
        return settings is { Traces: null, Metrics: null, Logs: null } ? null : settings;
    }

    private ExportTarget? Target(string signal, string path)
    {
        if (string.Equals(_environment[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase)) return null;

        var own = Text($"{Otlp}{signal}_ENDPOINT");
        var name = own is null ? Otlp + "ENDPOINT" : $"{Otlp}{signal}_ENDPOINT";
        if (Text(name) is not { } text) return null;

        var protocol = Protocol(signal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            Wrong(name, text, "is not the address of a collector; write it like http://localhost:4317");
            return null;
        }

        // A signal's own endpoint is taken as it is; the common one is where the signals' paths begin. gRPC has paths of its own.
        if (own is null && protocol == OtlpExportProtocol.HttpProtobuf) endpoint = new Uri($"{text.TrimEnd('/')}/{path}");
        return new ExportTarget(endpoint, protocol, Either(signal, "HEADERS").Text, Timeout(signal));
    }

    private OtlpExportProtocol Protocol(string signal)
    {
        var (name, text) = Either(signal, "PROTOCOL");
        switch (text)
        {
            case null or "grpc":
                return OtlpExportProtocol.Grpc;
            case "http/protobuf":
                return OtlpExportProtocol.HttpProtobuf;
            default:
                Wrong(name, text, "is no protocol that this server exports with; there are grpc and http/protobuf");
                return OtlpExportProtocol.Grpc;
        }
    }

    private TimeSpan? Timeout(string signal)
    {
        var (name, text) = Either(signal, "TIMEOUT");
        if (text is null) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
            return TimeSpan.FromMilliseconds(milliseconds);
        Wrong(name, text, "is not a number of milliseconds above 0");
        return null;
    }

    private (string Name, string? Text) Either(string signal, string option)
    {
        var own = $"{Otlp}{signal}_{option}";
        return Text(own) is { } text ? (own, text) : (Otlp + option, Text(Otlp + option));
    }

    // By the specification an empty variable is one that is not set.
    private string? Text(string name) => _environment[name]?.Trim() is { Length: > 0 } text ? text : null;

    // What is common to the signals is wrong once.
    private void Wrong(string name, string text, string problem)
    {
        var error = $"{name}: '{text}' {problem}.";
        if (!_errors.Contains(error)) _errors.Add(error);
    }
}
