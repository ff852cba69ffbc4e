using System.Text;
using System.Text.Json;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>
/// A CouchDB selector (Mango): a JSON object that says which documents match. What it means is what CouchDB takes it to mean, but strings
/// compare by code point. Immutable and thread-safe.
/// </summary>
public sealed class Selector
{
    private readonly SelectorNode _root;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _timeProvider;

    private Selector(SelectorNode root, QueryLimits limits, TimeProvider timeProvider)
    {
        _root = root;
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <summary>Parses a selector.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <param name="timeProvider">Measures what regular expressions take; null for the system's.</param>
    /// <exception cref="SelectorException">It cannot be used: where and why.</exception>
    public static Selector Parse(string json, QueryLimits? limits = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        limits ??= QueryLimits.Default;
        var bytes = Encoding.UTF8.GetByteCount(json);
        if (bytes > limits.MaxTextBytes)
            throw new SelectorException("", null, $"the selector is {bytes} bytes long; a selector has at most {limits.MaxTextBytes} (Limits:QueryBytes)");

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = QueryLimits.MaxNesting });
            var parser = new SelectorParser(new PatternCompiler(limits.RegexTime));
            return new Selector(parser.Parse(document.RootElement.Clone()), limits, timeProvider ?? TimeProvider.System);
        }
        catch (JsonException e)
        {
            throw new SelectorException("", null, $"the selector is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, or nests deeper than {QueryLimits.MaxNesting} levels");
        }
        catch (InvalidOperationException)
        {
            throw new SelectorException("", null, "the selector has a string that is not valid Unicode");
        }
    }

    /// <summary>A filter for one reader. It sees documents of all collections, and tombstones as <c>{_id, _rev, _deleted: true}</c>.</summary>
    public IChangeFilter CreateFilter() => new SelectorFilter(_root, new RegexBudget(_limits.RegexTime, _timeProvider));
}
