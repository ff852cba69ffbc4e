using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>The commands of docs/concepts.md, run as they are printed.</summary>
[Collection(nameof(DocWalk))]
public sealed class ConceptsTests
{
    [Fact(Timeout = 120_000)]
    public async Task Concepts_CommandsRunOneAfterTheOther_Succeed()
    {
        var steps = DocStep.Parse(DocFolder.ReadDocument("docs/concepts.md"));
        Assert.NotEmpty(steps);
        await using var walk = new DocWalk();

        await walk.WalkAsync(
        [
            new DocStep("start server in subscriptions until Ready", "artifacts/bin/subscriptions-server --data ./data", 0),
            new DocStep("run in subscriptions", "artifacts/bin/subs db create shop", 0),
            .. steps,
        ]);
    }
}
