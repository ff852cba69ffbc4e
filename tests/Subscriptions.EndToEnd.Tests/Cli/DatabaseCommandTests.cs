using Subscriptions.TestKit;
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
    public async Task BackupAndRestore_Database_ComesBackAsItWas()
    {
        using var folder = new TemporaryFolder();
        var (name, file) = (await server.CreateDatabaseAsync(), folder["shop.backup"]);
        await server.WriteOrdersAsync(name, 1, 3);

        var backup = await server.SubsAsync("db", "backup", name, file, "--json");
        await server.WriteOrdersAsync(name, 4, 9);
        var taken = await server.SubsAsync("db", "restore", name, file);
        var restored = await server.SubsAsync("db", "restore", name, file, "--replace");
        var copied = await server.SubsAsync("db", "restore", server.NewName(), file, "--json");

        Assert.Equal((0, ""), (backup.ExitCode, backup.Error));
        Assert.Equal(new FileInfo(file).Length, backup.Object.GetProperty("bytes").GetInt64());
        Assert.Equal([file], Directory.EnumerateFiles(Path.GetDirectoryName(file)!));
        Assert.Equal(1, taken.ExitCode);
        Assert.EndsWith(" (DATABASE_EXISTS)\n", taken.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"database '{name}' restored with 3 documents\n", ""), (restored.ExitCode, restored.Output, restored.Error));
        Assert.Equal(2, copied.Object.GetProperty("partitions")[0].GetProperty("failoverLog").GetArrayLength());
    }

    [Fact]
    public async Task Backup_NoSuchDatabase_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["backups"]);
        await File.WriteAllTextAsync(folder["letters"], "somebody's letters", TestContext.Current.CancellationToken);

        var missing = await server.SubsAsync("db", "backup", "nothing", Path.Combine(folder["backups"], "shop.backup"));
        var nowhere = await server.SubsAsync("db", "backup", await server.CreateDatabaseAsync(), folder["no/such/folder"]);
        var letters = await server.SubsAsync("db", "restore", server.NewName(), folder["letters"]);
        var absent = await server.SubsAsync("db", "restore", server.NewName(), folder["absent"]);

        Assert.EndsWith(" (DATABASE_NOT_FOUND)\n", missing.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["backups"]));
        Assert.Contains("cannot be written", nowhere.Error, StringComparison.Ordinal);
        Assert.EndsWith(" (INVALID_BACKUP)\n", letters.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", absent.Error, StringComparison.Ordinal);
        Assert.All([missing, nowhere, letters, absent], result => Assert.Equal(1, result.ExitCode));
    }

    [Fact]
    public async Task Backup_AnotherIsWritingTheSameFile_LeavesItToThat()
    {
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync();
        await using (new FileStream(folder["shop.backup.part"], FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var result = await server.SubsAsync("db", "backup", database, folder["shop.backup"]);

            Assert.Equal((1, ""), (result.ExitCode, result.Output));
            Assert.StartsWith($"subs: '{folder["shop.backup"]}' cannot be written: ", result.Error, StringComparison.Ordinal);
            Assert.True(File.Exists(folder["shop.backup.part"]));
        }
    }

    [Fact]
    public async Task Rewind_Partition_UndoesWhatCameAfter()
    {
        var name = await server.CreateDatabaseAsync();
        await server.WriteOrdersAsync(name, 1, 5);

        var beyond = await server.SubsAsync("db", "rewind", name, "--partition", "0", "--to", "9");
        var elsewhere = await server.SubsAsync("db", "rewind", name, "--partition", "7", "--to", "1");
        var rewound = await server.SubsAsync("db", "rewind", name, "--partition", "0", "--to", "2");
        var shown = await server.SubsAsync("db", "show", name, "--json");

        Assert.EndsWith(" (OUT_OF_RANGE)\n", beyond.Error, StringComparison.Ordinal);
        Assert.EndsWith(" (PARTITION_NOT_FOUND)\n", elsewhere.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"partition 0 of '{name}' rewound to 2: 0 restored, 3 removed, 0 deleted\n"), (rewound.ExitCode, rewound.Output));
        Assert.Equal(2, shown.Object.GetProperty("documentCount").GetInt32());
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
