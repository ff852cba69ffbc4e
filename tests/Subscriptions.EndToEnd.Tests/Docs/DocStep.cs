using System.Text.RegularExpressions;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>One step of a walk through a document: a comment that says what a test does with the block below it, or with nothing.</summary>
/// <param name="What">What the comment says: "run in shop".</param>
/// <param name="Text">The block, as printed; empty for a comment without one.</param>
/// <param name="Line">The comment's line, for people.</param>
internal sealed partial record DocStep(string What, string Text, int Line)
{
    /// <summary>The steps of a document. Each block but a diagram is a step, so that none is forgotten.</summary>
    public static IReadOnlyList<DocStep> Parse(string markdown)
    {
        var steps = new List<DocStep>();
        string? comment = null;
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Comment().Match(lines[i]) is { Success: true } found)
            {
                if (comment is not null) steps.Add(new DocStep(comment, "", i));
                comment = found.Groups[1].Value;
            }
            else if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.IndexOf(lines, "```", i + 1);
                if (comment is not null) steps.Add(new DocStep(comment, string.Join('\n', lines[(i + 1)..end]), i));
                else if (lines[i] != "```mermaid") throw new InvalidDataException($"Line {i + 1}: no comment says what a test does with this block.");
                (comment, i) = (null, end);
            }
            else if (comment is not null && lines[i].Length > 0)
            {
                steps.Add(new DocStep(comment, "", i));
                comment = null;
            }
        }

        if (comment is not null) steps.Add(new DocStep(comment, "", lines.Length));
        return steps;
    }

    [GeneratedRegex("^<!-- test: (.*) -->$")]
    private static partial Regex Comment();
}
