using Subscriptions.Server.Settings;
using Xunit;

namespace Subscriptions.Server.Tests.Settings;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_FlagsInBothForms_AreSettings()
    {
        var serve = Assert.IsType<CommandLine.Serve>(
            CommandLine.Parse(["--data", "/d", "--grpc=127.0.0.1:1", "--allow-insecure-bind", "--max-databases", "5", "--config", "c.json"]));

        Assert.Equal("c.json", serve.ConfigFile);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["Server:Data"] = "/d",
                ["Server:Grpc"] = "127.0.0.1:1",
                ["Server:AllowInsecureBind"] = "true",
                ["Limits:Databases"] = "5",
            },
            serve.Values);
    }

    [Fact]
    public void Parse_Nothing_Serves() => Assert.Empty(Assert.IsType<CommandLine.Serve>(CommandLine.Parse([])).Values);

    [Theory]
    [InlineData("--dta", "/d")]
    [InlineData("--grpc")]
    [InlineData("--grpc", "--http")]
    [InlineData("data")]
    [InlineData("--check-health")]
    [InlineData("--check-health", "localhost")]
    [InlineData("--DATA", "/d")]
    public void Parse_CannotBeUnderstood_NamesWhat(params string[] args)
    {
        var invalid = Assert.IsType<CommandLine.Invalid>(CommandLine.Parse(args));

        Assert.Contains(args[0], invalid.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', invalid.Problem);
    }

    [Fact]
    public void Parse_OtherThanServing_IsRecognised()
    {
        Assert.IsType<CommandLine.ShowHelp>(CommandLine.Parse(["--data", "x", "--help"]));
        Assert.IsType<CommandLine.ShowVersion>(CommandLine.Parse(["--version"]));
        Assert.Equal(
            new Uri("http://127.0.0.1:5984"), Assert.IsType<CommandLine.CheckHealth>(CommandLine.Parse(["--check-health", "http://127.0.0.1:5984"])).Server);
    }

    [Fact]
    public void Help_NamesEveryFlagKeyAndDefault()
    {
        var help = CommandLine.Help();

        Assert.All(SettingTable.All, s => Assert.Contains($"{s.Flag} ", help, StringComparison.Ordinal));
        Assert.All(SettingTable.All, s => Assert.Contains($"{s.Key}, default {s.Default}", help, StringComparison.Ordinal));
    }
}
