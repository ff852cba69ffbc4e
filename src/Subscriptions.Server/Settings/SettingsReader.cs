namespace Subscriptions.Server.Settings;

/// <summary>Turns configuration into settings, and tells everything that is wrong with it at once.</summary>
internal static class SettingsReader
{
    private static readonly Dictionary<string, Setting> ByKey =
        SettingTable.All.ToDictionary(s => s.Key, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Sections = [.. SettingTable.All.Select(s => s.Key.Split(':')[0]).Distinct()];

    /// <summary>Reads and checks settings.</summary>
    /// <param name="configuration">Files, environment and command line, merged.</param>
    /// <param name="errors">What is wrong; empty when nothing is.</param>
    /// <returns>The settings; to be used only when there are no errors.</returns>
    public static ServerSettings Read(IConfiguration configuration, out IReadOnlyList<string> errors)
    {
        var settings = new ServerSettings();
        var problems = new List<string>();
        foreach (var (key, text) in Sections.SelectMany(s => configuration.GetSection(s).AsEnumerable()))
        {
            // A section has no value of its own; what looks like one is SUBSCRIPTIONS_SERVER, by which subs finds its server.
            if (text is null || Sections.Contains(key, StringComparer.OrdinalIgnoreCase)) continue;
            if (!ByKey.TryGetValue(key, out var setting)) problems.Add($"There is no setting {key}; see --help for those that there are.");
            else if (setting.Apply(ref settings, text) is { } problem) problems.Add($"{Name(setting)}: '{text}' {problem}.");
        }

        problems.AddRange(CheckTogether(settings));
        errors = problems;
        return settings with { Delivery = settings.Delivery with { Node = settings.Server.Node } };
    }

    private static IEnumerable<string> CheckTogether(ServerSettings settings)
    {
        var (server, delivery) = (settings.Server, settings.Delivery);
        if (server.Grpc == server.Http && server.Grpc.Port != 0)
            yield return $"Server:Grpc and Server:Http are both {server.Grpc}; give them different ports (--grpc, --http).";
        if (delivery.SilenceTimeout <= delivery.HeartbeatInterval)
        {
            yield return $"Delivery:SilenceTimeout ({delivery.SilenceTimeout.TotalMilliseconds}ms) is not longer than Delivery:HeartbeatInterval " +
                $"({delivery.HeartbeatInterval.TotalMilliseconds}ms): every worker would be closed as silent.";
        }

        if (server.AllowInsecureBind) yield break;
        foreach (var (key, flag, address) in new[] { ("Server:Grpc", "--grpc", server.Grpc), ("Server:Http", "--http", server.Http) })
        {
            if (address.IsLoopback) continue;
            yield return $"{key} ({flag}): {address} can be reached from other machines, and this server has no authentication: whoever reaches it " +
                "can read and drop everything. Listen on 127.0.0.1, or, where the network keeps strangers out, add --allow-insecure-bind " +
                "(Server:AllowInsecureBind=true).";
        }
    }

    private static string Name(Setting setting) => $"{setting.Key} ({setting.Flag}, {setting.EnvironmentName})";
}
