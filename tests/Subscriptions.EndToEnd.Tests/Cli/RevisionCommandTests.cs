using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class RevisionCommandTests(CliServer server) : IClassFixture<CliServer>
{
    [Fact]
    public async Task Revisions_SwitchedOn_VersionsAreListedAndCanBeRead()
    {
        var database = await server.CreateDatabaseAsync();
        var set = await server.SubsAsync("db", "revisions", database, "Orders", "--max-count", "5", "--max-age-hours", "48");
        foreach (var json in (string[])["{\"v\":1}", "{\"v\":2}"])
            await server.SubsAsync("put", "-d", database, "orders/1", json, "--collection", "Orders");
        await server.SubsAsync("delete", "-d", database, "orders/1");

        var listed = await server.SubsAsync("revisions", "-d", database, "orders/1", "--json");
        var text = await server.SubsAsync("revisions", "-d", database, "orders/1", "--limit", "2");

        Assert.Equal((0, $"collection 'Orders' of database '{database}': versions are kept, at most 5 of a document, for 48 h after they were replaced\n"),
            (set.ExitCode, set.Output));
        Assert.Equal(["delete", "put", "put"], listed.Objects.Select(o => o.GetProperty("kind").GetString()));
        var first = listed.Objects[2].GetProperty("revision").GetString()!;
        Assert.Equal("{\"v\":1}\n", (await server.SubsAsync("get", "-d", database, "orders/1", "--revision", first)).Output);
        Assert.Equal(3, text.Lines.Length);
        Assert.StartsWith("REVISION ", text.Lines[0], StringComparison.Ordinal);
        Assert.Contains("--limit", text.Error, StringComparison.Ordinal);
        var shown = (await server.SubsAsync("db", "show", database, "--json")).Object;
        Assert.Equal(3, shown.GetProperty("revisionCount").GetInt32());
        Assert.Equal(172_800, shown.GetProperty("settings").GetProperty("revisions")[0].GetProperty("maxAgeSeconds").GetInt32());
    }

    [Fact]
    public async Task Revisions_OfADeletionOrUnknown_CannotBeRead()
    {
        var database = server.NewName();
        await server.SubsAsync("db", "create", database, "--revisions", "Orders");
        await server.SubsAsync("put", "-d", database, "orders/1", "{}", "--collection", "Orders");
        await server.SubsAsync("delete", "-d", database, "orders/1");
        var deletion = (await server.SubsAsync("revisions", "-d", database, "orders/1", "--json")).Objects[0].GetProperty("revision").GetString()!;

        var get = await server.SubsAsync("get", "-d", database, "orders/1", "--revision", deletion);
        var none = await server.SubsAsync("revisions", "-d", database, "orders/2");

        Assert.Equal(1, get.ExitCode);
        Assert.Contains($"there is no version {deletion}", get.Error, StringComparison.Ordinal);
        Assert.Equal((0, "", "no versions are kept\n"), (none.ExitCode, none.Output, none.Error));
    }

    [Fact]
    public async Task DbRevisions_OffAndRemove_ChangeTheSettings()
    {
        var database = server.NewName();
        await server.SubsAsync("db", "create", database, "--revisions", "Orders", "--revisions", "Companies");

        var off = await server.SubsAsync("db", "revisions", database, "Orders", "--off", "--json");
        var removed = await server.SubsAsync("db", "revisions", database, "Companies", "--remove");
        var shown = await server.SubsAsync("db", "show", database);

        Assert.Equal(2, off.Object.GetProperty("settings").GetProperty("revisions").GetArrayLength());
        Assert.Equal($"collection 'Companies' of database '{database}' has no settings of its own\n", removed.Output);
        Assert.Contains(shown.Lines, line => line.StartsWith("revisions of Orders", StringComparison.Ordinal) && line.Contains("no new versions", StringComparison.Ordinal));
        Assert.DoesNotContain("Companies", shown.Output, StringComparison.Ordinal);
    }
}
