using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Subscriptions.Server.Settings;
using Xunit;

namespace Subscriptions.Server.Tests.Docs;

/// <summary>docs/operations.md says what the program has: no more settings and events, and no fewer.</summary>
public sealed class OperationsDocumentTests
{
    private static readonly string[] Document = File.ReadAllLines(Path.Combine(Repository(), "docs", "operations.md"));

    [Fact]
    public void Settings_Table_HasEachSettingAsItIs()
    {
        var expected = SettingTable.All.Select(s =>
        {
            var flag = s.Argument is null ? s.Flag : $"{s.Flag} {s.Argument}";
            var @default = s.Default.Contains(' ', StringComparison.Ordinal) || s.Default.Length == 0 ? s.Default : $"`{s.Default}`";
            return $"| `{s.Key}` | `{flag}` | `{s.EnvironmentName}` | {@default} | {s.Help} |";
        });

        Assert.Equal(expected, Document.Where(line => line.Contains("` | `" + Setting.EnvironmentPrefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void Logs_Table_HasEachEventWithItsLevel()
    {
        var events = typeof(SettingTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .OrderBy(e => e.EventId)
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"| {e.EventId} | {e.Level}"))
            .ToList();

        Assert.NotEmpty(events);
        Assert.Equal(events, Document.Where(IsEvent).Select(line => line[..line.LastIndexOf(" | ", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Settings_SampleFile_IsUnderstood()
    {
        var sample = string.Join('\n', Document.SkipWhile(line => line != "```json").Skip(1).TakeWhile(line => line != "```"));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(sample));

        var settings = SettingsReader.Read(new ConfigurationBuilder().AddJsonStream(stream).Build(), out var errors);

        Assert.Empty(errors);
        Assert.Equal(("/var/lib/subscriptions", 200), (settings.Server.Data, settings.Limits.Databases));
    }

    [Fact]
    public void CommandLines_OfTheServer_AreUnderstood()
    {
        var commands = Document.SelectMany(line => line.Split('`', '=')).Where(part => part.Contains("subscriptions-server --", StringComparison.Ordinal)).ToList();

        Assert.True(commands.Count >= 3, $"found: {string.Join("; ", commands)}");
        Assert.All(commands, command => Assert.IsNotType<CommandLine.Invalid>(CommandLine.Parse(command.Split(' ')[1..])));
    }

    private static bool IsEvent(string line) => line.Length > 7 && line.StartsWith("| ", StringComparison.Ordinal) && line[2..6].All(char.IsAsciiDigit);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
