using System.Text.Json;

namespace Subscriptions.EndToEnd.Tests.Container;

/// <summary>One instruction of a Dockerfile: its name, and what follows.</summary>
internal sealed record DockerInstruction(string Name, string Arguments)
{
    /// <summary>The arguments of an instruction in its exec form, or of what follows a word in it.</summary>
    public IReadOnlyList<string> Exec => JsonSerializer.Deserialize<string[]>(Arguments[Arguments.IndexOf('[', StringComparison.Ordinal)..])!;

    /// <summary>The arguments, at blanks.</summary>
    public IReadOnlyList<string> Words => Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The stages of a Dockerfile; each begins with its FROM.</summary>
    public static IReadOnlyList<IReadOnlyList<DockerInstruction>> Stages(string dockerfile)
    {
        var stages = new List<List<DockerInstruction>>();
        var lines = dockerfile.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
        foreach (var line in lines.Where(l => l.Length > 0 && l[0] != '#'))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            var instruction = new DockerInstruction(line[..blank], line[(blank + 1)..].Trim());
            if (instruction.Name == "FROM") stages.Add([]);
            stages[^1].Add(instruction);
        }

        return stages;
    }
}
