using Subscriptions.Cli.Programs;

namespace Subscriptions.Cli.Demonstration;

/// <summary>What the demonstration runs and imports.</summary>
/// <param name="Server">The server's program.</param>
/// <param name="Worker">The program of the OrderShipping sample.</param>
/// <param name="Orders">The sample's orders.</param>
internal sealed record DemoFiles(string Server, string Worker, string Orders)
{
    private const string SolutionFile = "Subscriptions.sln";
    private const string Sample = "OrderShipping";

    /// <summary>Finds what was not named: the programs beside this one in the build's folder, the orders in the repository around it.</summary>
    /// <param name="server">The server's program; null: find it.</param>
    /// <param name="worker">The sample's program; null: find it.</param>
    /// <param name="orders">The orders; null: find them.</param>
    /// <exception cref="DemoFailedException">Something is not there; the message says where it was looked for, and what to do.</exception>
    public static DemoFiles Find(string? server, string? worker, string? orders) => new(
        Existing(server ?? BuiltProgram.Server, "the server", "--server-binary"),
        Existing(worker ?? BuiltProgram.PathOf(Sample, Sample), "the sample worker", "--worker-binary"),
        Existing(orders ?? InRepository("clients", "dotnet", "samples", Sample, "data", "orders.jsonl"), "the sample orders", "--orders"));

    private static string InRepository(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, SolutionFile))) folder = folder.Parent;
        return Path.Combine([folder?.FullName ?? AppContext.BaseDirectory, .. path]);
    }

    private static string Existing(string path, string what, string option) => File.Exists(path)
        ? Path.GetFullPath(path)
        : throw new DemoFailedException($"{what} is not at '{path}'; build it with 'make demo', or name it with {option}");
}
