using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What the README prints, done as it is printed.</summary>
[Collection(nameof(DocWalk))]
public sealed class ReadmeTests
{
    [Fact(Timeout = 300_000)]
    public async Task Readme_DoneStepByStep_WorksAsPrinted()
    {
        var project = DocStep.Parse(DocFolder.ReadDocument("docs/getting-started.md")).Single(s => s.What == "file ship-csharp/ship-csharp.csproj");
        await using var walk = new DocWalk();

        await walk.WalkAsync([.. DocStep.Parse(DocFolder.ReadDocument("README.md")), project]);
        await walk.WalkAsync(
        [
            new DocStep("start worker in ship-csharp", "dotnet run -c Release", 0),
            new DocStep("output of worker", "Order orders/1 will be shipped via: shippers/2", 0),
        ]);
    }
}
