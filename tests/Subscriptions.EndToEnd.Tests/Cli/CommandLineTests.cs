using System.Net;
using System.Net.Sockets;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>What needs no server.</summary>
public sealed class CommandLineTests
{
    // Nothing listens there: the port is taken and given back, and loopback refuses at once.
    private static readonly Uri Nowhere = FindClosedPort();

    [Theory]
    [InlineData("Which command? There are db, put, get, revisions, delete, import, changes, stream, partitions, subscription, dead-letters, work, demo, bench. See 'subs --help'.")]
    [InlineData("There is no command 'puf'; there are db, put, get, revisions, delete, import, changes, stream, partitions, subscription, dead-letters, work, demo, bench. See 'subs --help'.", "puf")]
    [InlineData("Which command? There are create, list, show, revisions, backup, restore, rewind, drop. See 'subs db --help'.", "db")]
    [InlineData("ID and JSON are missing. See 'subs put --help'.", "put", "-d", "shop")]
    [InlineData("Unrecognized command or argument '--nope'. See 'subs db list --help'.", "db", "list", "--nope")]
    [InlineData("which database? Name it with -d DB, or set SUBSCRIPTIONS_DATABASE. See 'subs get --help'.", "get", "x")]
    [InlineData("--database is empty. See 'subs get --help'.", "get", "x", "-d", "")]
    [InlineData("Which command? There are list, retries, replay, discard. See 'subs dead-letters --help'.", "dead-letters")]
    [InlineData("which ones? Name their ids, or say --all. See 'subs dead-letters discard --help'.", "dead-letters", "discard", "s", "-d", "shop")]
    [InlineData("IDs and --all exclude each other. See 'subs dead-letters replay --help'.", "dead-letters", "replay", "s", "a", "--all", "-d", "shop")]
    [InlineData("nothing is named that is to change. See 'subs subscription update --help'.", "subscription", "update", "s", "-d", "shop")]
    [InlineData("--ack-timeout is 500ms; it must be from 1s to 1d. See 'subs subscription create --help'.",
        "subscription", "create", "s", "-d", "shop", "--query", "from Orders", "--ack-timeout", "500ms")]
    [InlineData("--ack-timeout cannot be 'soon'; it is a duration such as 500ms, 30s, 5min or 2h. See 'subs subscription create --help'.",
        "subscription", "create", "s", "-d", "shop", "--query", "from Orders", "--ack-timeout", "soon")]
    [InlineData("--ack-timeout is 0; to take it away, say none. See 'subs subscription update --help'.",
        "subscription", "update", "s", "-d", "shop", "--ack-timeout", "0")]
    [InlineData("--retry-max-attempts is 0; it must be from 1 to 1000. See 'subs subscription update --help'.",
        "subscription", "update", "s", "-d", "shop", "--retry-max-attempts", "0")]
    [InlineData("--param is 'least'; write it as NAME=JSON, such as least=3. See 'subs subscription try --help'.",
        "subscription", "try", "from Orders", "-d", "shop", "--param", "least")]
    [InlineData("--param c is 'x', which is not JSON; a string is written in double quotes, as in c='\"x\"'. See 'subs subscription try --help'.",
        "subscription", "try", "from Orders", "-d", "shop", "--param", "c=x")]
    [InlineData("--connected and --free exclude each other. See 'subs subscription list --help'.",
        "subscription", "list", "-d", "shop", "--connected", "--free")]
    [InlineData("--max-docs is 0; it must be from 1 to 4096. See 'subs work --help'.", "work", "s", "-d", "shop", "--max-docs", "0")]
    [InlineData("--max-docs cannot be 'many'. See 'subs work --help'.", "work", "s", "-d", "shop", "--max-docs", "many")]
    [InlineData("--exec-timeout needs --exec. See 'subs work --help'.", "work", "s", "-d", "shop", "--exec-timeout", "5s")]
    [InlineData("--exec is empty. See 'subs work --help'.", "work", "s", "-d", "shop", "--exec", "")]
    [InlineData("--strategy is 'push'; it must be one of fail, wait, take-over, concurrent. See 'subs work --help'.",
        "work", "s", "-d", "shop", "--strategy", "push")]
    [InlineData("which database? Name it, or set SUBSCRIPTIONS_DATABASE. See 'subs changes --help'.", "changes")]
    [InlineData("--follow and --descending exclude each other. See 'subs changes --help'.", "changes", "shop", "-f", "--descending")]
    [InlineData("--filter and --ids exclude each other. See 'subs changes --help'.", "changes", "shop", "--filter", "from Orders", "--ids", "a", "b")]
    [InlineData("--param needs --filter. See 'subs changes --help'.", "changes", "shop", "--param", "a=1")]
    [InlineData("--from-token is empty. See 'subs stream --help'.", "stream", "-d", "shop", "--from-token", "")]
    [InlineData("--partition is -3; partitions are numbered from 0. See 'subs stream --help'.", "stream", "-d", "shop", "--partition", "1", "-3")]
    [InlineData("--collection and --ids exclude each other. See 'subs stream --help'.", "stream", "-d", "shop", "--collection", "C", "--ids", "a")]
    [InlineData("--limit is 0; it must be from 1 to 9223372036854775807. See 'subs changes --help'.", "changes", "shop", "--limit", "0")]
    [InlineData("--new and --revision exclude each other. See 'subs put --help'.", "put", "x", "{}", "-d", "shop", "--new", "--revision", "1")]
    [InlineData("Option '--query' is required. See 'subs subscription create --help'.", "subscription", "create", "s", "-d", "shop")]
    [InlineData("--remove goes with no other option. See 'subs db revisions --help'.", "db", "revisions", "shop", "Orders", "--remove", "--off")]
    [InlineData("'ftp://x' is not a server's address such as http://127.0.0.1:50051. See 'subs db list --help'.",
        "db", "list", "--server", "ftp://x")]
    public async Task Misuse_Any_IsToldInOneLine(string message, params string[] arguments)
    {
        var result = await SubsProcess.RunAsync(server: null, arguments);

        Assert.Equal((2, "", $"subs: {message}\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Misuse_Json_IsAnObject()
    {
        var result = await SubsProcess.RunAsync(server: null, "db", "drop", "--json");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal("NAME is missing. See 'subs db drop --help'.", result.ErrorObject.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("db", "list")]
    [InlineData("put", "x", "{}", "-d", "shop")]
    [InlineData("work", "ship", "-d", "shop")]
    [InlineData("subscription", "create", "ship", "-d", "shop", "--query", "from Orders")]
    public async Task Unreachable_AnyCommand_IsToldInOneLine(params string[] arguments)
    {
        var result = await SubsProcess.RunAsync(Nowhere, arguments);

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Equal($"subs: cannot reach the server at {Nowhere.GetLeftPart(UriPartial.Authority)}: Connection refused\n", result.Error);
    }

    [Fact]
    public async Task Unreachable_ConnectionBreaksInsteadOfAnAnswer_IsAsIfNobodyWereThere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var breaking = BreakAsync(listener);

        var result = await SubsProcess.RunAsync(new Uri($"http://{listener.LocalEndpoint}"), "db", "list", "--json");

        await breaking.Within();
        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.False(result.ErrorObject.TryGetProperty("reason", out _));
    }

    [Fact]
    public async Task Server_FromOption_WinsOverTheEnvironment()
    {
        var result = await SubsProcess.RunAsync(new Uri("http://127.0.0.1:9"), "db", "list", "--server", Nowhere.Authority, "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(Nowhere.Authority, result.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfACommand_GoesToTheOutputWithAnExample()
    {
        var result = await SubsProcess.RunAsync(server: null, "put", "--help");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Examples:\n  subs put -d shop orders/1 ", result.Output, StringComparison.Ordinal);
    }

    private static Uri FindClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}/");
    }

    // Speaks HTTP/2, and resets the first stream with an internal error, as a proxy does whose server is gone.
    private static async Task BreakAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var isReset = false;
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
        {
            if (isReset) continue;
            await stream.WriteAsync(new byte[] { 0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2 }, TestContext.Current.CancellationToken);
            isReset = true;
        }
    }
}
