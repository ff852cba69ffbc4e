using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>Lets the documents pass that a selector matches. Not thread-safe.</summary>
internal sealed class SelectorFilter(SelectorNode root, RegexBudget regexes) : IChangeFilter
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DocumentLimits.MaxDepth };
    private static readonly byte[] NoContent = "{}"u8.ToArray();

    public string? Collection => null;

    public bool Matches(Change change)
    {
        regexes.Begin();
        try
        {
            using var content = JsonDocument.Parse(change.Content.IsEmpty ? NoContent : change.Content, Options);
            return root.Matches(new SelectorValue(content.RootElement), new SelectorState(change, regexes)) && !regexes.IsSpent;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string with escapes is no valid Unicode.
            return false;
        }
    }
}

/// <summary>What a selector knows about the document that it looks at.</summary>
/// <param name="Change">The document.</param>
/// <param name="Regexes">How long regular expressions may still take.</param>
internal readonly record struct SelectorState(Change Change, RegexBudget Regexes);
