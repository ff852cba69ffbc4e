using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>docs/worker-guide.md: its samples compiled as one program, which is run as printed.</summary>
[Collection(nameof(DocWalk))]
public sealed class WorkerGuideTests
{
    [Fact(Timeout = 300_000)]
    public async Task WorkerGuide_SamplesBuiltAndRun_ShipsAndRetries()
    {
        var text = DocFolder.ReadDocument("docs/worker-guide.md");
        var steps = DocStep.Parse(text);
        await using var walk = new DocWalk();

        // A sample that is no file would not be compiled.
        Assert.Equal(text.Split("```csharp").Length - 1, steps.Count(s => s.What.EndsWith(".cs", StringComparison.Ordinal)));
        await walk.WalkAsync(
        [
            new DocStep("start server in subscriptions until Ready", "artifacts/bin/subscriptions-server --data ./data", 0),
            .. steps,
            new DocStep("output of worker", "connected, fencing token 1\nshipped orders/1 via shippers/2, attempt 1", 0),
        ]);
        await walk.WalkAsync(
        [
            new DocStep("run in subscriptions, again until the output fits", "artifacts/bin/subs dead-letters retries ship -d shop --json | grep -c 'nobody ships it'", 0),
            new DocStep("output", "1", 0),
        ]);
    }
}
