using Subscriptions.EndToEnd.Tests.Docs;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Container;

/// <summary>The Dockerfile, as far as it goes without an engine: its build is done, and its result runs as a container would.</summary>
[Collection(nameof(DocWalk))]
public sealed class DockerfileTests
{
    private static readonly IReadOnlyList<IReadOnlyList<DockerInstruction>> Stages =
        DockerInstruction.Stages(DocFolder.ReadDocument("Dockerfile"));

    [Fact(Timeout = 600_000)]
    public async Task Image_ReadOnlyRootAndUserWithoutRights_ServesIsHealthyAndStops()
    {
        using var folder = new TemporaryFolder();
        await new BuildStage(DocFolder.Repository, folder.FullPath).RunAsync(Stages[0]);
        var data = Directory.CreateDirectory(folder["data"]).FullName;

        var (exitCode, output) = await new Sandbox(folder["app"], data).RunAsync(Script());

        Assert.True(exitCode == 0, output);
        Assert.Equal(
            [
                "user 1654", "healthy", "HTTP/1.1 200 OK", "database 'shop' created",
                "{\"id\":\"orders/1\",\"content\":{\"a\":1}}", "acked 1", "unhealthy", "stopped with 0",
            ],
            output.Split('\n').Where(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..]));
        Assert.True(File.Exists(Path.Combine(data, "databases", "shop.db")));
    }

    [Fact]
    public void Image_LastStage_TakesTheBuildAndOwnsOnlyItsData()
    {
        var final = Stages[^1];

        Assert.Equal("--from=build /app .", Last(final, "COPY").Arguments);
        Assert.Equal("/app", Last(final, "WORKDIR").Arguments);
        Assert.Equal("$APP_UID", Last(final, "USER").Arguments);
        Assert.Equal("/data", Last(final, "VOLUME").Arguments);
        Assert.Equal("mkdir /data && chown \"$APP_UID\" /data", Last(final, "RUN").Arguments);
        Assert.Equal(["50051", "5984"], Last(final, "EXPOSE").Words);
    }

    private static DockerInstruction Last(IEnumerable<DockerInstruction> stage, string name) => stage.Last(i => i.Name == name);

    private static string Script()
    {
        var final = Stages[^1];
        var entryPoint = Quote(Last(final, "ENTRYPOINT").Exec);
        var healthCheck = Quote(Last(final, "HEALTHCHECK").Exec);
        return $$"""
            set -e
            echo "> user $(id -u)"
            for file in /new /app/new /tmp/new; do if touch $file 2>/dev/null; then echo "> $file could be written"; fi; done
            {{entryPoint}} &
            server=$!
            for i in $(seq 100); do if {{healthCheck}} 2>/dev/null; then echo "> healthy"; break; fi; sleep 0.1; done
            exec 3<>/dev/tcp/127.0.0.1/5984
            printf 'GET /healthz/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
            echo "> $(head -n 1 <&3 | tr -d '\r')"
            echo "> $(/subs/subs db create shop)"
            /subs/subs put -d shop orders/1 '{"a":1}' --collection Orders
            /subs/subs subscription create ship -d shop --query 'from Orders'
            /subs/subs work ship -d shop --json --close-when-drained |
              sed -n -e 's/^\({"id":"[^"]*"\),.*\("content":{[^}]*}\).*/> \1,\2}/p' -e 's/^{"acked":\([0-9]*\).*/> acked \1/p'
            kill -TERM $server
            status=0
            wait $server || status=$?
            {{healthCheck}} 2>/dev/null || echo "> unhealthy"
            echo "> stopped with $status"
            """;
    }

    private static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(w => $"'{w}'"));
}
