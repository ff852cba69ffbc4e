using System.Diagnostics;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests.Container;

/// <summary>Does what a stage of a Dockerfile does, in a folder that stands for the image's root: copies from the clone, and runs commands.</summary>
internal sealed class BuildStage(string context, string root)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);

    private readonly HashSet<string> _ignored =
        [.. File.ReadAllLines(Path.Combine(context, ".dockerignore")).Select(line => line.Replace("**/", "", StringComparison.Ordinal).TrimEnd('/'))];

    private readonly string _root = root;
    private string _folder = root;

    /// <summary>Carries out a stage.</summary>
    public async Task RunAsync(IReadOnlyList<DockerInstruction> stage)
    {
        foreach (var instruction in stage)
        {
            switch (instruction.Name)
            {
                case "FROM":
                    break;
                case "WORKDIR":
                    _folder = Directory.CreateDirectory(InRoot(instruction.Arguments)).FullName;
                    break;
                case "COPY":
                    Copy(instruction.Words);
                    break;
                case "RUN":
                    await RunAsync(instruction.Arguments);
                    break;
                default:
                    throw new NotSupportedException($"{instruction.Name} is not known to this test.");
            }
        }
    }

    private string InRoot(string path) => Path.GetFullPath(path.TrimStart('/'), _root);

    private void Copy(IReadOnlyList<string> words)
    {
        var target = Path.Combine(_folder, words[^1]);
        var sources = words.Take(words.Count - 1).SelectMany(Expand).ToList();
        if (sources.Count == 0) throw new FileNotFoundException($"COPY {string.Join(' ', words)}: the context has no such file.");

        Directory.CreateDirectory(target);
        foreach (var source in sources)
        {
            if (Directory.Exists(source)) CopyFolder(source, target);
            else File.Copy(source, Path.Combine(target, Path.GetFileName(source)));
        }
    }

    private string[] Expand(string source)
    {
        var path = Path.Combine(context, source);
        if (Directory.Exists(path)) return [path];
        var folder = Path.GetDirectoryName(path)!;
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Path.GetFileName(path))] : [];
    }

    private void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        foreach (var folder in Directory.GetDirectories(source).Where(f => !_ignored.Contains(Path.GetFileName(f))))
            CopyFolder(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    // The one absolute path of the build's commands is its output.
    private async Task RunAsync(string command)
    {
        command = command.Replace("--output /", $"--output {_root}/", StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh") { WorkingDirectory = _folder, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", $"exec 2>&1; {command}"]) start.ArgumentList.Add(argument);

        // No process of a build outlives it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";

        // The same sources were analyzed when the tests were built.
        start.Environment["RunAnalyzers"] = "false";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().Within(Patience);
            await process.WaitForExitAsync().Within();
            if (process.ExitCode != 0) throw new InvalidOperationException($"RUN {command}: exit code {process.ExitCode}\n{output}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
