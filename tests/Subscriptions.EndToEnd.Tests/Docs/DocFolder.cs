using System.Net;
using System.Net.Sockets;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>
/// What somebody has who follows a document: a folder with the clone, <c>subscriptions</c>, in it. The programs are those that were built with the
/// tests; the ports that documents print are exchanged for free ones.
/// </summary>
internal sealed class DocFolder : IDisposable
{
    private const string GrpcPort = "50051";
    private const string HttpPort = "5984";

    private readonly TemporaryFolder _folder = new();
    private readonly string _grpcPort = FreePort();
    private readonly string _httpPort = FreePort();

    public DocFolder()
    {
        var clone = _folder["subscriptions"];
        var programs = Path.Combine(clone, "artifacts", "bin");
        Directory.CreateDirectory(programs);
        File.CreateSymbolicLink(Path.Combine(programs, "subs"), SubsProcess.Program);
        File.CreateSymbolicLink(Path.Combine(programs, "subscriptions-server"), Built("Subscriptions.Server", "subscriptions-server"));
        foreach (var part in (string[])["clients", "protos"]) Directory.CreateSymbolicLink(Path.Combine(clone, part), Path.Combine(Repository, part));
    }

    /// <summary>The real clone.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    /// <summary>What programs see besides the environment of the tests.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["SUBSCRIPTIONS_Server__Grpc"] = $"127.0.0.1:{_grpcPort}",
        ["SUBSCRIPTIONS_Server__Http"] = $"127.0.0.1:{_httpPort}",
        ["SUBSCRIPTIONS_SERVER"] = $"http://127.0.0.1:{_grpcPort}",
        ["SUBSCRIPTIONS_DATABASE"] = null,
        ["PATH"] = $"{this["subscriptions/artifacts/bin"]}:{System.Environment.GetEnvironmentVariable("PATH")}",

        // No process of a build outlives it.
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
    };

    /// <summary>A folder or file in it.</summary>
    public string this[string name] => _folder[name];

    /// <summary>A document of the clone.</summary>
    public static string ReadDocument(string name) => File.ReadAllText(Path.Combine(Repository, name));

    /// <summary>Commands or a file as they are printed, for this folder.</summary>
    public string Localize(string text) => text
        .Replace(GrpcPort, _grpcPort, StringComparison.Ordinal)
        .Replace(HttpPort, _httpPort, StringComparison.Ordinal)

        // Of the configuration that was built with the tests, from the place where it was built: nothing is built twice.
        .Replace("-c Release", $"-c {Configuration}", StringComparison.Ordinal)
        .Replace("../subscriptions/clients", Path.Combine(Repository, "clients"), StringComparison.Ordinal);

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name == "debug" ? "Debug" : "Release";

    private static string Built(string project, string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, program);
    }

    // One that is free now; a moment later it mostly still is.
    private static string FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
