using System.Text.Json;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>What a run of <c>subs</c> came to.</summary>
internal sealed record SubsResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output's JSON objects, one a line.</summary>
    public JsonElement[] Objects => [.. Lines.Select(Parse)];

    /// <summary>The output, when it is one JSON object.</summary>
    public JsonElement Object => Parse(Lines.Single());

    /// <summary>Standard error, when it is one JSON object.</summary>
    public JsonElement ErrorObject => Parse(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Single());

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
