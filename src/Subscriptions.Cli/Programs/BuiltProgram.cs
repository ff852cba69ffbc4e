namespace Subscriptions.Cli.Programs;

/// <summary>Finds the programs that are built together with this one.</summary>
internal static class BuiltProgram
{
    /// <summary>The server's program.</summary>
    public static string Server => PathOf("Subscriptions.Server", "subscriptions-server");

    /// <summary>This program, also when it was started by way of <c>dotnet</c> or a link.</summary>
    public static string Self => Path.Combine(AppContext.BaseDirectory, Named("subs"));

    /// <summary>Where a project's program lies: in its own folder beside this one's. Whether it is there is not checked.</summary>
    /// <param name="project">The project.</param>
    /// <param name="program">The program's name.</param>
    // artifacts/bin/Subscriptions.Cli/release/ → artifacts/bin/<project>/release/<program>
    public static string PathOf(string project, string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent?.Parent?.FullName ?? here.FullName, project, here.Name, Named(program));
    }

    private static string Named(string program) => OperatingSystem.IsWindows() ? $"{program}.exe" : program;
}
