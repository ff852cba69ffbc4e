using Spectre.Console;

namespace Subscriptions.Cli.Hosting;

/// <summary>How text stands out in a terminal.</summary>
internal enum Tone
{
    /// <summary>It does not.</summary>
    Plain,

    /// <summary>Less than the rest.</summary>
    Quiet,

    /// <summary>More than the rest.</summary>
    Strong,

    /// <summary>Something went well.</summary>
    Pleasing,

    /// <summary>Something is to be watched.</summary>
    Warning,

    /// <summary>Something went wrong.</summary>
    Alarming,
}

/// <summary>What tones look like.</summary>
internal static class ToneStyles
{
    /// <summary>The style of a tone.</summary>
    public static Style Style(this Tone tone) => tone switch
    {
        Tone.Quiet => new Style(Color.Grey),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Pleasing => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Alarming => new Style(Color.Red),
        _ => Spectre.Console.Style.Plain,
    };
}
