namespace Subscriptions.Server.Settings;

/// <summary>One setting: how it is called in files and environment, and on the command line. <see cref="SettingTable"/> has all.</summary>
/// <param name="Key">In configuration: <c>Limits:Databases</c>.</param>
/// <param name="Flag">On the command line: <c>--max-databases</c>.</param>
/// <param name="Argument">What the flag takes, for the help; null for a switch.</param>
/// <param name="Default">The default, for the help.</param>
/// <param name="Help">What it does, in one line.</param>
/// <param name="Apply">Puts a text's value into the settings; returns what is wrong with the text, or null.</param>
internal sealed record Setting(string Key, string Flag, string? Argument, string Default, string Help, ApplySetting Apply)
{
    /// <summary>The prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "SUBSCRIPTIONS_";

    /// <summary>In the environment: <c>SUBSCRIPTIONS_Limits__Databases</c>.</summary>
    public string EnvironmentName => EnvironmentPrefix + Key.Replace(":", "__", StringComparison.Ordinal);
}

/// <summary>Puts a text's value into settings.</summary>
/// <param name="settings">Replaced by what has the value.</param>
/// <param name="text">The text.</param>
/// <returns>What is wrong with the text, as the end of a sentence; null when nothing is.</returns>
internal delegate string? ApplySetting(ref ServerSettings settings, string text);
