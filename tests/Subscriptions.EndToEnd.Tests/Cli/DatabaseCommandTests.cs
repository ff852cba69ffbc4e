using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class DatabaseCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Create_NewName_CreatesIt()
    {
        var name = server.NewName();

        var created = await server.SubsAsync("db", "create", name, "--partitions", "3", "--max-document-bytes", "4096", "--json");
        var again = await server.SubsAsync("db", "create", name, "--partitions", "3", "--max-document-bytes", "4096");

        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        Assert.True(created.Object.GetProperty("created").GetBoolean());
        Assert.Equal(3, created.Object.GetProperty("partitions").GetArrayLength());
        Assert.Equal(4096, created.Object.GetProperty("settings").GetProperty("maxDocumentBytes").GetInt32());
        Assert.Equal((0, $"database '{name}' exists already, with these settings\n"), (again.ExitCode, again.Output));
    }

    [Fact]
    public async Task Create_OtherSettings_IsRefused()
    {
        var name = await server.CreateDatabaseAsync();

        var text = await server.SubsAsync("db", "create", name, "--partitions", "3");
        var json = await server.SubsAsync("db", "create", name, "--partitions", "3", "--json");

        Assert.Equal((1, ""), (text.ExitCode, text.Output));
        Assert.StartsWith("subs: ", text.Error, StringComparison.Ordinal);
        Assert.EndsWith(" (DATABASE_EXISTS)\n", text.Error, StringComparison.Ordinal);
        Assert.Equal(1, json.ExitCode);
        Assert.Equal("DATABASE_EXISTS", json.ErrorObject.GetProperty("reason").GetString());
        Assert.Equal(name, json.ErrorObject.GetProperty("metadata").GetProperty("database").GetString());
    }

    [Fact]
    public async Task List_SomeDatabases_HasALineForEach()
    {
        var first = await server.CreateDatabaseAsync();
        var second = await server.CreateDatabaseAsync();

        var text = await server.SubsAsync("db", "list");
        var json = await server.SubsAsync("db", "list", "--json");

        Assert.Equal(0, text.ExitCode);
        Assert.StartsWith("NAME ", text.Lines[0], StringComparison.Ordinal);
        Assert.All([first, second], name => Assert.Contains(text.Lines, line => line.StartsWith(name + " ", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', text.Output);
        Assert.Superset(new HashSet<string?> { first, second }, json.Objects.Select(o => o.GetProperty("name").GetString()).ToHashSet());
    }

    [Fact]
    public async Task Show_Database_TellsItsPartitions()
    {
        var name = await server.CreateDatabaseAsync();
        await server.WriteOrdersAsync(name, 1, 4);

        var text = await server.SubsAsync("db", "show", name);
        var json = await server.SubsAsync("db", "show", name, "--json");

        Assert.Contains(text.Lines, line => line.StartsWith("  p0 ", StringComparison.Ordinal) && line.Contains("seqno 4", StringComparison.Ordinal));
        Assert.Equal(4, json.Object.GetProperty("documentCount").GetInt32());
        Assert.Equal(4, json.Object.GetProperty("partitions")[0].GetProperty("highSeqno").GetInt32());
        Assert.Matches("^[0-9a-f]{16}$", json.Object.GetProperty("partitions")[0].GetProperty("failoverLog")[0].GetProperty("branch").GetString());
    }

    [Fact]
    public async Task Drop_Database_RemovesItWithoutAQuestionToScripts()
    {
        var name = await server.CreateDatabaseAsync();

        var dropped = await server.SubsAsync("db", "drop", name);
        var shown = await server.SubsAsync("db", "show", name);

        Assert.Equal((0, $"database '{name}' dropped\n"), (dropped.ExitCode, dropped.Output));
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("DATABASE_NOT_FOUND", shown.Error, StringComparison.Ordinal);
    }
}
