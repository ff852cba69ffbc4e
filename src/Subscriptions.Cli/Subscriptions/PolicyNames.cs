using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>A retry policy's actions as they are written on the command line.</summary>
internal static class PolicyNames
{
    private static readonly (string Name, ExhaustedAction Action)[] ExhaustedActions =
        [("dead-letter", ExhaustedAction.DeadLetter), ("stop", ExhaustedAction.Stop)];

    private static readonly (string Name, ScriptErrorAction Action)[] ScriptErrorActions =
        [("deliver", ScriptErrorAction.Deliver), ("retry", ScriptErrorAction.Retry), ("dead-letter", ScriptErrorAction.DeadLetter)];

    /// <summary>All names of actions with items that are given up.</summary>
    public static string[] Exhausted { get; } = [.. ExhaustedActions.Select(known => known.Name)];

    /// <summary>All names of actions with scripts' errors.</summary>
    public static string[] ScriptError { get; } = [.. ScriptErrorActions.Select(known => known.Name)];

    /// <summary>An action's name; that of a server newer than this program as a number.</summary>
    public static string Of(ExhaustedAction action) => ExhaustedActions.FirstOrDefault(known => known.Action == action).Name ?? $"{action}";

    /// <inheritdoc cref="Of(ExhaustedAction)"/>
    public static string Of(ScriptErrorAction action) => ScriptErrorActions.FirstOrDefault(known => known.Action == action).Name ?? $"{action}";

    /// <summary>The action of a name out of <see cref="Exhausted"/>.</summary>
    public static ExhaustedAction ParseExhausted(string name) => ExhaustedActions.First(known => known.Name == name).Action;

    /// <summary>The action of a name out of <see cref="ScriptError"/>.</summary>
    public static ScriptErrorAction ParseScriptError(string name) => ScriptErrorActions.First(known => known.Name == name).Action;
}
