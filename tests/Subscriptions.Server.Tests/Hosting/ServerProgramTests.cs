using System.Net;
using System.Net.Sockets;
using Subscriptions.Server.Hosting;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

/// <summary>What people see who start it wrongly: lines that say what is wrong, an exit code, and no stack trace.</summary>
public sealed class ServerProgramTests
{
    private static readonly string[] FreePorts = ["--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"];

    [Fact]
    public async Task Run_Help_PrintsIt()
    {
        var (code, output, error) = await RunAsync("--help");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("--grpc HOST:PORT", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Version_PrintsIt()
    {
        var (code, output, _) = await RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^subscriptions-server \d+\.\d+\.\d+", output);
    }

    [Fact]
    public async Task Run_UnknownOption_IsOneLineAndCode2()
    {
        var (code, _, error) = await RunAsync("--nonsense");

        Assert.Equal(2, code);
        Assert.Equal("subscriptions-server: There is no option '--nonsense'; see --help.", Assert.Single(Lines(error)));
    }

    [Fact]
    public async Task Run_ManyMistakes_AreALineEachAndCode2()
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await RunAsync("--data", folder["data"], "--grpc", "0.0.0.0:0", "--http", "x", "--max-workers", "0");

        Assert.Equal((2, 3), (code, Lines(error).Length));
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Theory]
    [InlineData("""{ "Limits": { "Databases": "many" } }""", "'many' is not a whole number")]
    [InlineData("""{ "Limits": { "Database": 1 } }""", "no setting Limits:Database;")]
    [InlineData("""{ "Limits": """, "json")]
    public async Task Run_BadConfigurationFile_IsToldAndCode2(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["settings.json"], text, TestContext.Current.CancellationToken);

        var (code, _, error) = await RunAsync("--config", folder["settings.json"]);

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(Lines(error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ConfigurationFileDoesNotExist_IsToldAndCode2()
    {
        var (code, _, error) = await RunAsync("--config", "/nowhere/settings.json");

        Assert.Equal(2, code);
        Assert.Contains("settings.json", Assert.Single(Lines(error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DataFolderInUse_IsOneLineAndCode1()
    {
        using var folder = new TemporaryFolder();
        using var held = DataFolder.Open(folder.FullPath);

        var (code, _, error) = await RunAsync(["--data", folder.FullPath, .. FreePorts]);

        Assert.Equal(1, code);
        Assert.Contains("is in use by", Assert.Single(Lines(error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DamagedFile_IsOneLineAndCode1AndReleasesTheFolder()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["subscriptions.db"], "not a database", TestContext.Current.CancellationToken);

        var (code, _, error) = await RunAsync(["--data", folder.FullPath, .. FreePorts]);

        Assert.Equal(1, code);
        Assert.Contains("subscriptions.db", Assert.Single(Lines(error)), StringComparison.Ordinal);
        DataFolder.Open(folder.FullPath).Dispose();
    }

    [Fact]
    public async Task Run_PortTaken_IsOneLineAndCode1AndReleasesTheFolder()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (code, _, error) = await RunAsync("--data", folder.FullPath, "--grpc", $"127.0.0.1:{taken}", "--http", "127.0.0.1:0");

        Assert.Equal(1, code);
        Assert.Contains($"127.0.0.1:{taken}", Assert.Single(Lines(error)), StringComparison.Ordinal);
        DataFolder.Open(folder.FullPath).Dispose();
    }

    [Fact]
    public async Task CheckHealth_NobodyThere_IsCode1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var (code, _, error) = await RunAsync("--check-health", $"http://127.0.0.1:{port}");

        Assert.Equal(1, code);
        Assert.Contains("does not answer", Assert.Single(Lines(error)), StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new ServerProgram(output, error).RunAsync(args).Within();
        return (code, output.ToString(), error.ToString());
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
