using System.Text.RegularExpressions;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>What docs/query-language.md says is so.</summary>
public sealed class QueryDocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "query-language.md"));

    [Fact]
    public void Documentation_Examples_Compile()
    {
        var examples = Regex.Matches(Section("Examples"), "^\\| `(from [^`]+)` \\|", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, query => Assert.NotNull(Filter(query, query.Contains("$other", StringComparison.Ordinal) ? """{"other":"Metz"}""" : "{}")));
    }

    [Fact]
    public void Documentation_FirstExample_Compiles() =>
        Assert.NotNull(Filter(Regex.Match(Text, "```\n(from.*?)```", RegexOptions.Singleline).Groups[1].Value, """{"gift":"products/1-A"}"""));

    private static string Section(string title) => Text.Split("\n## ").Single(section => section.StartsWith(title, StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
