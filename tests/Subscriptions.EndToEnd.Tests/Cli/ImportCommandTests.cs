using System.Globalization;
using System.Text;
using System.Text.Json;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class ImportCommandTests(CliServer server) : IClassFixture<CliServer>
{
    private const int TimeLimit = 120_000;

    [Fact]
    public async Task Import_File_WritesItsDocuments()
    {
        using var folder = new TemporaryFolder();
        var database = server.NewName();
        var file = Write(folder, Line(1), "", "  \r", "{\"content\":{\"v\": 1.0},\"expires_at\":\"2130-01-31T12:00:00Z\",\"id\":\"x\",\"collection\":\"Xs\"}");

        var text = await server.SubsAsync("import", file, "-d", database, "--create");
        var json = await server.SubsAsync("import", file, "-d", database, "--create", "--json");
        var got = await server.SubsAsync("get", "x", "-d", database, "--json");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Matches($"^2 documents imported into '{database}' in .*\n$", text.Output);
        Assert.Equal((2, 4), (json.Object.GetProperty("imported").GetInt64(), json.Object.GetProperty("upToLine").GetInt64()));
        Assert.Equal(("Xs", "2130-01-31T12:00:00Z"), (got.Object.GetProperty("collection").GetString(), got.Object.GetProperty("expiresAt").GetString()));
        Assert.Contains("\"content\":{\"v\":1.0}", got.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_BadLine_IsNamedAndWhatStandsBeforeItIsThere()
    {
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync();
        var file = Write(folder, [.. Enumerable.Range(1, 700).Select(Line), "{\"id\":\"bad\",\"content\":[]}", Line(702)]);

        var text = await server.SubsAsync("import", file, "-d", database);
        var json = await server.SubsAsync("import", file, "-d", database, "--json");

        Assert.Equal((1, ""), (text.ExitCode, text.Output));
        Assert.Equal(
            $"subs: {file}:701: 'content' is an array; it must be an object; lines up to 700 are imported, go on with --from-line 701\n", text.Error);
        Assert.Equal("701", json.ErrorObject.GetProperty("metadata").GetProperty("line").GetString());
        Assert.Equal("700", json.ErrorObject.GetProperty("metadata").GetProperty("upToLine").GetString());
        Assert.Equal(0, (await server.SubsAsync("get", "doc/700", "-d", database)).ExitCode);
        Assert.Equal(1, (await server.SubsAsync("get", "doc/702", "-d", database)).ExitCode);
    }

    [Fact]
    public async Task Import_LineThatTheServerRefuses_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync();
        var file = Write(folder, [.. Enumerable.Range(1, 600).Select(Line), "", "{\"id\":\"_reserved\",\"content\":{}}", Line(603)]);

        var result = await server.SubsAsync("import", file, "-d", database);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"subs: {file}:602: id '_reserved' starts with '_'", result.Error, StringComparison.Ordinal);

        // Requests are atomic: the one with the bad line took none of its lines.
        Assert.EndsWith("lines up to 500 are imported, go on with --from-line 501\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_FromLine_LeavesOutWhatStandsBefore()
    {
        var database = await server.CreateDatabaseAsync();
        var input = string.Join('\n', "not JSON at all", Line(2), Line(3));

        var result = await SubsProcess.RunAsync(server.Address, input, ["import", "-", "-d", database, "--from-line", "2", "--json"]);

        Assert.Equal((0, 2), (result.ExitCode, result.Object.GetProperty("imported").GetInt64()));
        Assert.Equal(0, (await server.SubsAsync("get", "doc/3", "-d", database)).ExitCode);
    }

    [Fact]
    public async Task Import_InterruptedWhileItsInputStalls_SettlesAndTellsWhereToGoOn()
    {
        var database = await server.CreateDatabaseAsync();
        await using var import = SubsProcess.Start(server.Address, "import", "-", "-d", database);
        await import.WriteMoreAsync(Lines(1, 1000) + Line(1001));
        await UntilWrittenAsync(database, "doc/500");

        import.Signal(SubsProcess.Terminate);
        var result = await import.WaitAsync();

        Assert.Equal((143, ""), (result.ExitCode, result.Output));
        Assert.Equal("interrupted; lines up to 1,000 are imported, go on with --from-line 1001\n", result.Error);
        Assert.Equal(0, (await server.SubsAsync("get", "doc/1000", "-d", database)).ExitCode);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Import_KilledWithACheckpoint_GoesOnAndLeavesNothingOut()
    {
        using var folder = new TemporaryFolder();
        var (database, checkpoint) = (await server.CreateDatabaseAsync(), folder["checkpoint"]);
        string[] arguments = ["import", "-", "-d", database, "--checkpoint", checkpoint, "--json"];
        await using var killed = SubsProcess.Start(server.Address, arguments);
        var lines = 0;
        while (!File.Exists(checkpoint))
        {
            await killed.WriteMoreAsync(Lines(lines + 1, 100));
            lines += 100;
        }

        killed.Kill();
        var remembered = JsonDocument.Parse(await File.ReadAllTextAsync(checkpoint, Cancellation)).RootElement.GetProperty("upToLine").GetInt32();
        var last = (await server.SubsAsync("get", Id(remembered), "-d", database)).ExitCode;
        var resumed = await SubsProcess.RunAsync(server.Address, Lines(1, lines), arguments);
        var database2 = await server.SubsAsync("db", "show", database, "--json");

        Assert.InRange(remembered, 1, lines);
        Assert.Equal(0, last);
        Assert.Equal((0, lines - remembered), (resumed.ExitCode, resumed.Object.GetProperty("imported").GetInt32()));
        Assert.Equal(lines, database2.Object.GetProperty("documentCount").GetInt32());
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public async Task Import_CheckpointOfAnother_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["checkpoint"], "{\"source\":\"/other.jsonl\",\"database\":\"shop\",\"upToLine\":7}", Cancellation);

        var result = await server.SubsAsync("import", Write(folder, Line(1)), "-d", "shop", "--checkpoint", folder["checkpoint"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is of the import of '/other.jsonl' into 'shop'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_NoSuchFileOrDatabase_SaysSo()
    {
        using var folder = new TemporaryFolder();

        var noFile = await server.SubsAsync("import", folder["nope"], "-d", "shop");
        var noDatabase = await server.SubsAsync("import", Write(folder, Line(1)), "-d", "nope");

        Assert.Equal((1, 1), (noFile.ExitCode, noDatabase.ExitCode));
        Assert.StartsWith($"subs: '{folder["nope"]}' cannot be read: ", noFile.Error, StringComparison.Ordinal);
        Assert.EndsWith("(DATABASE_NOT_FOUND)\n", noDatabase.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"doc/{number}");

    private static string Line(int number) => $"{{\"id\":\"{Id(number)}\",\"content\":{{}}}}";

    private static string Lines(int first, int count)
    {
        var lines = new StringBuilder();
        for (var number = first; number < first + count; number++) lines.Append(Line(number)).Append('\n');
        return lines.ToString();
    }

    private static string Write(TemporaryFolder folder, params string[] lines)
    {
        File.WriteAllLines(folder["documents.jsonl"], lines);
        return folder["documents.jsonl"];
    }

    private async Task UntilWrittenAsync(string database, string id)
    {
        await using var client = new Client.SubscriptionsClient(server.Address);
        while (await client.Documents.GetAsync(database, id, Cancellation) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
