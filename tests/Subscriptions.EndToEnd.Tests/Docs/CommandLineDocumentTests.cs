using System.Text.Json;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What docs/cli.md prints: its commands run, its lines are those that subs takes and gives.</summary>
[Collection(nameof(DocWalk))]
public sealed class CommandLineDocumentTests
{
    [Fact(Timeout = 120_000)]
    public async Task CommandLine_BlocksOneAfterTheOther_AreAsPrinted()
    {
        var steps = DocStep.Parse(DocFolder.ReadDocument("docs/cli.md"));
        await using var walk = new DocWalk();

        await walk.WalkAsync(
        [
            new DocStep("start server in subscriptions until Ready", "artifacts/bin/subscriptions-server --data ./data", 0),
            .. steps,
            new DocStep("run in subscriptions", "subs import one.jsonl -d shop --create", 0),
            new DocStep("run in subscriptions", "subs subscription create all -d shop --query 'from Orders'", 0),
            new DocStep("run in subscriptions", "subs work all -d shop --json --close-when-drained > lines.json", 0),
        ]);

        var printed = walk.ReadFile("subscriptions/lines.json").TrimEnd().Split('\n').Select(Members).ToList();
        var documented = steps.Single(step => step.What.StartsWith("not run, held against", StringComparison.Ordinal)).Text.Split('\n');
        Assert.Equal(2, documented.Length);
        Assert.All(documented, line => Assert.Contains(Members(line.Replace("{…}", "{}", StringComparison.Ordinal)), printed));
    }

    private static string Members(string line)
    {
        using var json = JsonDocument.Parse(line);
        return string.Join(' ', json.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }
}
