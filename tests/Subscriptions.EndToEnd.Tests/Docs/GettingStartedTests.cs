using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>docs/getting-started.md, done as it is printed.</summary>
[Collection(nameof(DocWalk))]
public sealed class GettingStartedTests
{
    [Fact(Timeout = 300_000)]
    public async Task GettingStarted_DoneStepByStep_WorksAsPrinted()
    {
        await using var walk = new DocWalk();

        await walk.WalkAsync(DocStep.Parse(DocFolder.ReadDocument("docs/getting-started.md")));
    }
}
