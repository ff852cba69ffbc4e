using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>docs/streams.md: its commands run as they are printed, and its program compiled and run.</summary>
[Collection(nameof(DocWalk))]
public sealed class StreamsDocumentTests
{
    [Fact(Timeout = 300_000)]
    public async Task Streams_CommandsAndProgram_DoWhatIsSaid()
    {
        await using var walk = new DocWalk();

        await walk.WalkAsync(
        [
            new DocStep("start server in subscriptions until Ready", "artifacts/bin/subscriptions-server --data ./data", 0),
            .. DocStep.Parse(DocFolder.ReadDocument("docs/streams.md")),
        ]);
    }
}
