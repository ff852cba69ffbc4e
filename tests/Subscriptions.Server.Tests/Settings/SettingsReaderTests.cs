using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Subscriptions.Server.Settings;
using Xunit;

namespace Subscriptions.Server.Tests.Settings;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Read_Nothing_GivesTheDocumentedDefaults()
    {
        var settings = Read([]);

        Assert.Equal(("./data", "127.0.0.1:50051", "127.0.0.1:5984"),
            (settings.Server.Data, settings.Server.Grpc.ToString(), settings.Server.Http.ToString()));
        Assert.Equal(new LimitsOptions(), settings.Limits);
        Assert.Equal((TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(30)), (settings.Delivery.HeartbeatInterval, settings.Delivery.SilenceTimeout));
    }

    [Fact]
    public void SettingTable_Defaults_AreThoseInForce()
    {
        foreach (var setting in SettingTable.All.Where(s => s.Key != "Server:Node"))
        {
            var settings = new ServerSettings();
            Assert.Null(setting.Apply(ref settings, setting.Default));
            Assert.Equal(new ServerSettings(), settings);
        }
    }

    [Fact]
    public void Read_EverySetting_IsTaken()
    {
        var settings = Read(new()
        {
            ["Server:Data"] = "/var/lib/subscriptions",
            ["Server:Grpc"] = "[::1]:1",
            ["Server:Http"] = "localhost:2",
            ["Server:Node"] = "node-1",
            ["server:loglevel"] = "debug",
            ["Limits:Databases"] = "7",
            ["Limits:SubscriptionsPerDatabase"] = "8",
            ["Limits:WorkerConnections"] = "9",
            ["Limits:WaitingRetries"] = "11",
            ["Limits:RequestBytes"] = "8MiB",
            ["Limits:StreamsPerConnection"] = "10",
            ["Limits:TailBytes"] = "1048576",
            ["Delivery:HeartbeatInterval"] = "500ms",
            ["Delivery:SilenceTimeout"] = "00:00:02",
            ["Delivery:OpenTimeout"] = "1m",
            ["Server:ShutdownTime"] = "5s",
        });

        Assert.Equal(("/var/lib/subscriptions", "[::1]:1", "127.0.0.1:2"),
            (settings.Server.Data, settings.Server.Grpc.ToString(), settings.Server.Http.ToString()));
        Assert.Equal(11, settings.Delivery.MaxRetries);
        Assert.Equal(
            ("node-1", LogLevel.Debug, TimeSpan.FromSeconds(5)), (settings.Delivery.Node, settings.Server.LogLevel, settings.Server.ShutdownTime));
        Assert.Equal(
            new LimitsOptions
            {
                Databases = 7,
                SubscriptionsPerDatabase = 8,
                WorkerConnections = 9,
                RequestBytes = 8 * 1024 * 1024,
                StreamsPerConnection = 10,
                TailBytes = 1024 * 1024,
            },
            settings.Limits);
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)), (settings.Delivery.HeartbeatInterval, settings.Delivery.SilenceTimeout));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.OpenTimeout);
    }

    [Fact]
    public void Read_AddressThatSubsTakesFromTheEnvironment_IsNoSetting()
    {
        Assert.Equal(new ServerSettings().Server, Read(new() { ["Server"] = "http://127.0.0.1:50051" }).Server);
    }

    [Fact]
    public void Read_ManyMistakes_AllAreTold()
    {
        var errors = Errors(new()
        {
            ["Server:Grpc"] = "nowhere",
            ["Limits:Databases"] = "0",
            ["Limits:RequestBytes"] = "-1",
            ["Limits:Databasess"] = "3",
            ["Delivery:OpenTimeout"] = "10",
        });

        Assert.Equal(5, errors.Count);
        Assert.Contains(errors, e => e.StartsWith("Server:Grpc (--grpc, SUBSCRIPTIONS_Server__Grpc): 'nowhere'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'0' is not a whole number from 1 to 10000", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("--max-request-bytes", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("no setting Limits:Databasess", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'10' is not a time", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0:50051")]
    [InlineData("192.168.1.2:50051")]
    [InlineData("*:50051")]
    [InlineData("[::]:50051")]
    public void Read_AddressThatOthersReach_IsRefusedUnlessAllowed(string address)
    {
        var error = Assert.Single(Errors(new() { ["Server:Grpc"] = address }));

        Assert.Contains("--allow-insecure-bind", error, StringComparison.Ordinal);
        Assert.Contains("no authentication", error, StringComparison.Ordinal);
        Assert.Empty(Errors(new() { ["Server:Grpc"] = address, ["Server:AllowInsecureBind"] = "true" }));
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.8.8.8:1")]
    [InlineData("[::1]:1")]
    [InlineData("localhost:1")]
    public void Read_AddressOfThisMachineAlone_IsTaken(string address) => Assert.Empty(Errors(new() { ["Server:Http"] = address }));

    [Fact]
    public void Read_BothFacesOnOnePort_IsRefused()
    {
        Assert.Single(Errors(new() { ["Server:Grpc"] = "127.0.0.1:7", ["Server:Http"] = "localhost:7" }));
        Assert.Empty(Errors(new() { ["Server:Grpc"] = "127.0.0.1:0", ["Server:Http"] = "127.0.0.1:0" }));
    }

    [Fact]
    public void Read_SilenceNotLongerThanHeartbeats_IsRefused() =>
        Assert.Contains("Delivery:SilenceTimeout", Assert.Single(Errors(new() { ["Delivery:SilenceTimeout"] = "10s" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("50051")]
    [InlineData(":50051")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:5")]
    [InlineData("example.com:5")]
    public void TryParse_NoAddressAndPort_IsFalse(string text) => Assert.False(BindAddress.TryParse(text, out _));

    [Theory]
    [InlineData("4194304", 4194304)]
    [InlineData("4096 KiB", 4194304)]
    [InlineData("4mib", 4194304)]
    [InlineData("1GiB", null)]
    [InlineData("4MB", null)]
    [InlineData("MiB", null)]
    [InlineData("", null)]
    public void Size_Text_IsReadOrRefused(string text, int? expected)
    {
        var settings = new ServerSettings();

        var problem = SettingText.Size(text, 1024, 8 * 1024 * 1024, ref settings, (s, v) => s with { Limits = s.Limits with { RequestBytes = v } });

        Assert.Equal(expected is null, problem is not null);
        if (expected is not null) Assert.Equal(expected, settings.Limits.RequestBytes);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("*", "*")]
    [InlineData("https://app.example.org, http://localhost:8080", "https://app.example.org", "http://localhost:8080")]
    public void Read_Origins_AreAList(string text, params string[] expected) =>
        Assert.Equal(expected, Read(new() { ["Http:CorsOrigins"] = text }).Http.CorsOrigins);

    [Theory]
    [InlineData("app.example.org")]
    [InlineData("https://app.example.org/")]
    [InlineData("https://app.example.org/page")]
    [InlineData("https://*.example.org")]
    [InlineData("http://a,nonsense")]
    public void Read_NoOrigin_IsRefused(string text) =>
        Assert.Contains("which is not an origin", Assert.Single(Errors(new() { ["Http:CorsOrigins"] = text })), StringComparison.Ordinal);

    private static ServerSettings Read(Dictionary<string, string?> values)
    {
        var settings = SettingsReader.Read(Configuration(values), out var errors);
        Assert.Empty(errors);
        return settings;
    }

    private static IReadOnlyList<string> Errors(Dictionary<string, string?> values)
    {
        SettingsReader.Read(Configuration(values), out var errors);
        return errors;
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
