using System.Text.RegularExpressions;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>Documents that name files of the clone, or each other's sections.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Links_OfAllDocuments_LeadToSomething()
    {
        var documents = Directory.GetFiles(Path.Combine(DocFolder.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(DocFolder.Repository, "README.md"))
            .Append(Path.Combine(DocFolder.Repository, "CONTRIBUTING.md"));

        var links = documents.SelectMany(document => Link().Matches(File.ReadAllText(document)).Select(m => (document, target: m.Groups[1].Value))).ToList();

        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, link => !Exists(link.document, link.target));
    }

    private static bool Exists(string document, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0 ? document : Path.GetFullPath(parts[0], Path.GetDirectoryName(document)!);
        if (parts.Length == 1) return Path.Exists(file);
        return File.Exists(file) && Heading().Matches(File.ReadAllText(file)).Any(m => Anchor(m.Groups[1].Value) == parts[1]);
    }

    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.TrimEnd().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?:\]\(|(?:src|href|srcset)="")(?!https?:)([^)""\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();
}
