using System.Text.Json;
using System.Text.RegularExpressions;
using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

/// <summary>What docs/query-language.md says is so.</summary>
public sealed class QueryDocumentationTests
{
    private const string Document =
        """{"Company":"companies/1","Freight":32.380,"ShipVia":"shippers/2","ShipTo":{"Country":"FR","City":"Reims"},"Lines":[{"Product":"products/11-A","Price":600,"Quantity":2}]}""";

    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "query-language.md"));

    // What the text says twice is tried once.
    public static TheoryData<string> Queries => new(((IEnumerable<string>)
    [
        .. Regex.Matches(Text, "```\n((?:from|declare) .*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value),
        .. Regex.Matches(Section("Examples"), "^\\| `([^`]+)` \\|", RegexOptions.Multiline).Select(match => match.Groups[1].Value),
        .. Regex.Matches(Text, "(?<!^\\| )`(select |include |from |where )[^`]+`", RegexOptions.Multiline).Select(match => Complete(match.Value.Trim('`'))),
    ]).Distinct());

    [Theory]
    [MemberData(nameof(Queries))]
    public void Documentation_Queries_CompileAndRun(string query)
    {
        var view = View(query, parameters: Parameters(query));
        var ids = new List<string>();

        var delivered = view.Apply(Put(Document));
        view.CollectIncludes(Put(Document), ids);

        if (delivered is null) return;
        Assert.Null(delivered.Error);
        using var content = JsonDocument.Parse(delivered.Content);
        Assert.Equal(JsonValueKind.Object, content.RootElement.ValueKind);
    }

    [Fact]
    public void Documentation_Queries_AreFound() => Assert.InRange(Queries.Count, 20, 100);

    [Fact]
    public void Documentation_FirstQueries_DoWhatTheySay()
    {
        var samples = Queries.Take(2).Select(row => row.Data).ToArray();

        Assert.Equal("""{"Id":"orders/1","Company":"companies/1","Products":["products/11-A"]}""", Deliver(samples[0], """{"gift":"p"}"""));
        Assert.Equal("""{"Id":"orders/1","Total":1200}""", Deliver(samples[1], ""));
    }

    [Theory]
    [InlineData("from Orders where Total foo 1")]
    [InlineData("declare function total(x) {\n  return x.;\n} from Orders")]
    public void Documentation_Errors_AreThoseOfQueries(string query)
    {
        var error = Assert.Throws<QueryException>(() => Compile(query));

        Assert.Contains(error.Message, Section("Errors"), StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_DocumentErrors_AreThoseOfFunctions()
    {
        var failed = View("declare function total(order) {\n  return order.Lines.length;\n} from Orders as x where total(x)").Apply(Put("{}"));

        Assert.Contains(failed!.Error! + "\n", Section("Errors"), StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_Limits_AreTheDefaults()
    {
        var limits = QueryLimits.Default;

        Assert.Contains($"| {limits.ScriptTime.TotalMilliseconds} ms | `Limits:ScriptTime` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| {limits.ScriptStatements:N0} | `Limits:ScriptStatements` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| {limits.ScriptRecursion} | `Limits:ScriptRecursion` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| {limits.ScriptMemoryBytes >> 20} MiB | `Limits:ScriptMemory` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| {limits.RegexTime.TotalMilliseconds} ms | `Limits:RegexTime` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| {limits.MaxTextBytes >> 10} KiB of UTF-8 each | `Limits:QueryBytes` |", Text, StringComparison.Ordinal);
        Assert.Contains($"| selected values | {QueryLimits.MaxSelectedValues} |", Text, StringComparison.Ordinal);
        Assert.Contains($"| what is made of a document | {limits.MaxResultBytes >> 20} MiB |", Text, StringComparison.Ordinal);
        Assert.Contains($"| included paths | {QueryLimits.MaxIncludedPaths} |", Text, StringComparison.Ordinal);
    }

    private static string Deliver(string query, string parameters) => Scripting.Text(View(query, parameters: parameters).Apply(Put(Document)));

    private static string Parameters(string query) =>
        $"{{{string.Join(',', Regex.Matches(query, "\\$(\\w+)").Select(match => match.Groups[1].Value).Distinct().Select(name => $"\"{name}\":\"Metz\""))}}}";

    // The text shows clauses alone, with functions that it does not declare.
    private static string Complete(string clause)
    {
        if (clause.StartsWith("from ", StringComparison.Ordinal)) return clause;
        var functions = Regex.Matches(clause, "\\b(\\w+)\\(x?[^)]*\\)").Select(match => match.Groups[1].Value).Where(name => name is not ("id" or "contains"));
        return string.Concat(functions.Distinct().Select(name => $"declare function {name}(x) {{ return {{}}; }} ")) + "from Orders as x " + clause.Replace("…", "", StringComparison.Ordinal);
    }

    private static string Section(string title) => Text.Split("\n## ").Single(section => section.StartsWith(title, StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Subscriptions.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
