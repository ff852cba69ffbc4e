using Subscriptions.Core.Documents;
using Subscriptions.Server.Http;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry;
using Subscriptions.Server.Telemetry.Export;

namespace Subscriptions.Server.Hosting;

/// <summary>The program: from a command line to an exit code.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
internal sealed class ServerProgram(TextWriter output, TextWriter error)
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Does what the command line says; for a server, returns when it has stopped.</summary>
    public Task<int> RunAsync(IReadOnlyList<string> args) => CommandLine.Parse(args) switch
    {
        CommandLine.ShowHelp => Print(CommandLine.Help()),
        CommandLine.ShowVersion => Print($"subscriptions-server {ServerTelemetry.Version}\n"),
        CommandLine.Invalid(var problem) => Task.FromResult(Complain(Misused, problem)),
        CommandLine.CheckHealth(var server) => CheckAsync(server),
        CommandLine.Serve serve => ServeAsync(serve),
        var other => throw new InvalidOperationException($"Unknown command line {other}."),
    };

    private async Task<int> ServeAsync(CommandLine.Serve serve)
    {
        if (Configure(serve) is not { } settings) return Misused;

        try
        {
            var stores = await EngineStores.OpenAsync(settings.Server.Data, TimeProvider.System);
            await using var server = await RunningServer.StartAsync(
                stores,
                settings,
                TimeProvider.System,
                builder => builder.Services.AddHostedService<IdleMemoryService>(),
                CancellationToken.None);
            await AnnounceAsync(server);
            await server.WaitForShutdownAsync();
            return Done;
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            // What an operator can do something about: the data folder, or an address that is taken.
            return Complain(Failed, e.Message);
        }
    }

    private ServerSettings? Configure(CommandLine.Serve serve)
    {
        try
        {
            var configuration = new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile(serve.ConfigFile ?? "appsettings.json", optional: serve.ConfigFile is null)
                .AddEnvironmentVariables(Setting.EnvironmentPrefix)
                .AddInMemoryCollection(serve.Values)
                .Build();
            var settings = SettingsReader.Read(configuration, out var errors);
            var export = ExportSettingsReader.Read(Environment.GetEnvironmentVariables(), out var exportErrors);
            foreach (var problem in errors.Concat(exportErrors)) Complain(Misused, problem);
            return errors.Count + exportErrors.Count == 0 ? settings with { Export = export } : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Complain(Misused, e.InnerException is FormatException inner ? $"{e.Message} {inner.Message}" : e.Message);
            return null;
        }
    }

    private async Task AnnounceAsync(RunningServer server)
    {
        var databases = server.Engine.Databases.List();
        var subscriptions = databases.Sum(d => d.Subscriptions.List().Count);
        await output.WriteLineAsync($"gRPC listening on {server.Grpc.GetLeftPart(UriPartial.Authority)}");
        await output.WriteLineAsync($"HTTP listening on {server.Http.GetLeftPart(UriPartial.Authority)}");
        await output.WriteLineAsync($"Ready: {databases.Count} databases, {subscriptions} subscriptions, data in {server.Engine.Location}");
        await output.FlushAsync();
    }

    private async Task<int> CheckAsync(Uri server)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var response = await client.GetAsync(new Uri(server, HealthPaths.Ready));
            return response.IsSuccessStatusCode ? Done : Complain(Failed, $"{server} is not ready: {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return Complain(Failed, $"{server} does not answer: {e.Message}");
        }
    }

    private Task<int> Print(string text)
    {
        output.Write(text);
        return Task.FromResult(Done);
    }

    private int Complain(int exitCode, string problem)
    {
        error.WriteLine($"subscriptions-server: {problem}");
        return exitCode;
    }
}
