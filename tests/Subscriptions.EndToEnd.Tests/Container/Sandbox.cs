using System.Diagnostics;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests.Container;

/// <summary>
/// What an engine gives a container, by bubblewrap: a root that cannot be written to, a data folder that can, a user without rights, processes
/// and a network of its own.
/// </summary>
/// <param name="app">The image's /app.</param>
/// <param name="data">The volume at /data.</param>
internal sealed class Sandbox(string app, string data)
{
    // The user of the .NET images.
    private const string User = "1654";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script in /app; <c>subs</c> is there too.</summary>
    /// <returns>The exit code, and what was printed.</returns>
    public async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        var arguments = Arguments(script);
        var start = new ProcessStartInfo(arguments[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Skip(1)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bwrap did not start.");
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().Within(Patience);
            await process.WaitForExitAsync().Within();
            return (process.ExitCode, output + await error.Within());
        }
        finally
        {
            // All in it dies with it.
            process.Kill();
        }
    }

    private List<string> Arguments(string script)
    {
        List<string> command = ["bash", "-c", script];
        List<string> user = ["--unshare-user", "--uid", User, "--gid", User];
        if (Environment.IsPrivilegedProcess)
        {
            // Root needs no namespace of users, and becomes somebody else for good when all is in place.
            user = [];
            command = ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", "--no-new-privs", .. command];
            Run("chown", "-R", $"{User}:{User}", data);
        }

        var subs = Path.GetDirectoryName(SubsProcess.Program)!;
        return
        [
            "bwrap", .. user, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--die-with-parent",
            "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "DOTNET_ROOT", "/dotnet", "--setenv", "ASPNETCORE_HTTP_PORTS", "8080",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
            "--ro-bind", Runtime(), "/dotnet", "--ro-bind", app, "/app", "--ro-bind", subs, "/subs", "--bind", data, "/data",
            "--proc", "/proc", "--dev", "/dev", "--dir", "/tmp", "--remount-ro", "/", "--chdir", "/app", .. command,
        ];
    }

    private static string Runtime()
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(f => Path.Combine(f, "dotnet")).First(File.Exists);
        return Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit(Patience);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
    }
}
