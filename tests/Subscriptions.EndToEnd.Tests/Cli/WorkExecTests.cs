using System.Diagnostics;
using System.Globalization;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary><c>subs work --exec</c>: a command that deals with the items.</summary>
public sealed class WorkExecTests : IClassFixture<CliServer>, IDisposable
{
    private readonly CliServer _server;
    private readonly TemporaryFolder _folder = new();

    public WorkExecTests(CliServer server) => _server = server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exec_Item_HasTheDocumentOnItsInputAndTheRestInItsEnvironment()
    {
        var database = await SubscribeAsync(orders: 2);
        var seen = _folder["seen"];

        var result = await ExecAsync(database, $"""
            read -r document
            echo "$SUBS_ID|$SUBS_COLLECTION|$SUBS_KIND|$SUBS_SEQNO|$SUBS_ATTEMPT|$SUBS_FENCING_TOKEN|$SUBS_SUBSCRIPTION|$SUBSCRIPTIONS_DATABASE|$document" >> '{seen}'
            """);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                $$"""orders/1|Orders|put|1|1|1|ship|{{database}}|{"Number":1}""",
                $$"""orders/2|Orders|put|2|1|1|ship|{{database}}|{"Number":2}""",
            ],
            await File.ReadAllLinesAsync(seen, Cancellation));
        Assert.Equal(2, result.Objects[^1].GetProperty("acked").GetInt32());
    }

    [Fact]
    public async Task Exec_ExitCodeIsNotZero_NacksThatItemWithTheLastLineOfItsErrors()
    {
        var database = await SubscribeAsync(orders: 3);

        var result = await ExecAsync(database, """
            [ "$SUBS_ID" = orders/2 ] || exit 0
            echo looking it up >&2; echo "no such company" >&2; echo >&2; exit 3
            """);

        Assert.Equal(0, result.ExitCode);
        var nacks = result.Objects.Where(line => line.TryGetProperty("nacked", out _)).ToList();
        Assert.All(nacks, nack => Assert.Equal(
            ("orders/2", 3, "no such company"),
            (nack.GetProperty("nacked").GetString(), nack.GetProperty("exitCode").GetInt32(), nack.GetProperty("why").GetString())));
        Assert.Equal([1, 2], nacks.Select(nack => nack.GetProperty("attempt").GetInt32()));
        Assert.Equal([2, 0], result.Objects.Where(line => line.TryGetProperty("acked", out _)).Select(ack => ack.GetProperty("acked").GetInt32()));
        Assert.Contains("{\"event\":\"output\",\"of\":\"orders/2\",\"line\":\"looking it up\"}", result.Error, StringComparison.Ordinal);
        var letter = Assert.Single((await _server.SubsAsync("dead-letters", "list", "ship", "-d", database, "--json")).Objects);
        Assert.Equal(("orders/2", 2, "no such company"),
            (letter.GetProperty("id").GetString(), letter.GetProperty("attempts").GetInt32(), letter.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Exec_Text_TellsNacksAndWhatTheCommandWrites()
    {
        var database = await SubscribeAsync(orders: 1);

        var result = await _server.SubsAsync("work", "ship", "-d", database, "--close-when-drained", "--exec", "echo hello; exit 9");

        Assert.Contains("nacked orders/1, attempt 1: exit code 9\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("orders/1: hello\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_CommandCannotBeRun_EndsAndBlamesNoItem()
    {
        var database = await SubscribeAsync(orders: 1);

        var result = await ExecAsync(database, "/no/such/program");
        var shown = await _server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the command '/no/such/program' cannot be run", result.Error, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (
            shown.Object.GetProperty("lag").GetInt64(), shown.Object.GetProperty("retryCount").GetInt64(), shown.Object.GetProperty("deadLetterCount").GetInt64()));
    }

    [Fact]
    public async Task Exec_TakesTooLong_IsEndedAndTheItemNacked()
    {
        var database = await SubscribeAsync(orders: 1);

        var result = await ExecAsync(database, "sleep 600", "--exec-timeout", "200ms");

        Assert.Equal(0, result.ExitCode);
        var nack = result.Objects.First(line => line.TryGetProperty("nacked", out _));
        Assert.Equal("did not end within 200ms", nack.GetProperty("why").GetString());
        Assert.False(nack.TryGetProperty("exitCode", out _));
    }

    [Fact]
    public async Task Exec_WritesWithoutEndAndReadsNothing_IsCutAndDoesNotGetStuck()
    {
        var database = await SubscribeAsync(orders: 0);
        await using (var client = new SubscriptionsClient(_server.Address))
        {
            var large = DocumentOperation.Put("orders/1", new { Text = new string('x', 2_000_000) }, "Orders");
            await client.Documents.WriteAsync(database, [large], Cancellation);
        }

        var result = await ExecAsync(database, "head -c 5000000 /dev/zero | tr '\\0' e >&2; exit 1");

        Assert.Equal(0, result.ExitCode);
        var letter = Assert.Single((await _server.SubsAsync("dead-letters", "list", "ship", "-d", database, "--json")).Objects);
        Assert.Equal(new string('e', 1024), letter.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Exec_Interrupted_EndsTheCommandAndAllItStartedAndTheBatchComesAgain()
    {
        var database = await SubscribeAsync(orders: 1);
        var pipe = await MakePipeAsync();
        await using var worker = SubsProcess.Start(
            _server.Address, "work", "ship", "-d", database, "--json", "--exec", $"trap '' TERM; sleep 600 & echo $$ $! > '{pipe}'; wait; sleep 600");
        var processes = (await Task.Run(() => File.ReadAllText(pipe), Cancellation).Within()).Split().Where(p => p.Length > 0).Select(Id).ToList();
        Assert.All(processes, process => Assert.True(IsAlive(process)));

        worker.Signal(SubsProcess.Terminate);
        var ended = await worker.WaitAsync();

        Assert.Equal((143, 2), (ended.ExitCode, processes.Count));
        foreach (var process in processes) await EndAsync(process);
        var shown = await _server.SubsAsync("subscription", "show", "ship", "-d", database, "--json");
        Assert.Equal((1, 0), (shown.Object.GetProperty("lag").GetInt64(), shown.Object.GetProperty("retryCount").GetInt64()));
    }

    [Fact]
    public async Task Exec_LeavesSomethingBehindThatHoldsItsOutput_GoesOn()
    {
        var database = await SubscribeAsync(orders: 1);
        var file = _folder["process"];

        var result = await ExecAsync(database, $"sleep 600 & echo $! > '{file}'");

        Assert.Equal(0, result.ExitCode);
        await EndAsync(Id(await File.ReadAllTextAsync(file, Cancellation)));
    }

    [Fact]
    public async Task Exec_IdThatNoVariableCanHave_IsNackedAndNotRun()
    {
        var database = await SubscribeAsync(orders: 0);
        await using (var client = new SubscriptionsClient(_server.Address))
        {
            await client.Documents.WriteAsync(database, [DocumentOperation.Put("orders/1\0/2", new { Number = 1 }, "Orders")], Cancellation);
        }

        var file = _folder["ran"];
        var result = await ExecAsync(database, $"touch '{file}'");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("NUL", result.Objects.First(line => line.TryGetProperty("nacked", out _)).GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    private static int Id(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // One that has ended and that nobody has waited for yet is a zombie.
    // The system takes its time with what was killed.
    private static async Task EndAsync(int process)
    {
        var end = TimeProvider.System.GetUtcNow() + TestTimeout.Default;
        while (IsAlive(process) && TimeProvider.System.GetUtcNow() < end)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        Assert.False(IsAlive(process));
    }

    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<SubsResult> ExecAsync(string database, string command, params string[] more) =>
        _server.SubsAsync(["work", "ship", "-d", database, "--close-when-drained", "--json", "--exec", command, .. more]);

    private async Task<string> MakePipeAsync()
    {
        var path = _folder["pipe"];
        using var made = Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(Cancellation).Within();
        return path;
    }

    // Two tries, at once.
    private async Task<string> SubscribeAsync(int orders)
    {
        var database = await _server.CreateDatabaseAsync();
        var created = await _server.SubsAsync(
            "subscription", "create", "ship", "-d", database, "--query", "from Orders", "--retry-max-attempts", "2", "--retry-initial", "0");
        Assert.Equal(0, created.ExitCode);
        if (orders > 0) await _server.WriteOrdersAsync(database, 1, orders);
        return database;
    }
}
