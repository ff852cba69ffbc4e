namespace Subscriptions.Cli.Hosting;

/// <summary>What the program tells its caller. Part of its contract: docs/cli.md lists them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The server refused, something is not there, or an input or output could not be read or written.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int Misused = 2;

    /// <summary>The server cannot be reached, or does not answer.</summary>
    public const int Unreachable = 3;

    /// <summary>Nobody reads the output any more; what shells make of SIGPIPE.</summary>
    public const int OutputClosed = 141;

    /// <summary>Ended by SIGINT; other signals accordingly.</summary>
    public const int Interrupted = 130;
}
