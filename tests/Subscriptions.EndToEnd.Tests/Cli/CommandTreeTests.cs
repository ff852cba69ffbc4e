using System.CommandLine;
using System.Text;
using Subscriptions.Cli.Hosting;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>Every command keeps the promises that all of them make.</summary>
public sealed class CommandTreeTests
{
    private static readonly CommandTree Tree = new(new CommonOptions());

    public static TheoryData<string> Commands => new(Tree.All().Select(PathOf));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_OfEachCommand_AreUnderstood(string path)
    {
        var command = Tree.All().Single(c => PathOf(c) == path);

        Assert.NotEmpty(command.Examples);
        Assert.All(command.Examples, example =>
        {
            var parsed = Tree.Parse(Words(example), new ParserConfiguration { ResponseFileTokenReplacer = null });
            Assert.Empty(parsed.Errors);
            Assert.Same(command, parsed.CommandResult.Command);
        });
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Documentation_OfEachCommand_NamesItAndItsOptions(string path)
    {
        var documentation = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "cli.md"));
        var command = Tree.All().Single(c => PathOf(c) == path);

        Assert.Contains($"subs {path}", documentation, StringComparison.Ordinal);
        Assert.All(command.Options, option => Assert.Contains(option.Name, documentation, StringComparison.Ordinal));
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? $"{parent.Name} {command.Name}" : command.Name;

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    // As a shell would take an example apart, from "subs" to the next pipe or redirection.
    private static List<string> Words(string example)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var isWord = false;
        foreach (var c in example + " ")
        {
            if (quote == '\0' && (c is '\'' or '"'))
            {
                (quote, isWord) = (c, true);
            }
            else if (c == quote && quote != '\0')
            {
                quote = '\0';
            }
            else if (c == ' ' && quote == '\0')
            {
                if (isWord) words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        return [.. words.SkipWhile(w => w != "subs").Skip(1).TakeWhile(w => w is not ("|" or "<"))];
    }
}
