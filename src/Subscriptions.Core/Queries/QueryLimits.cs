namespace Subscriptions.Core.Queries;

/// <summary>How much a query may ask for. The constants bound stack and memory and are part of the language; the properties are settings.</summary>
public sealed record QueryLimits
{
    /// <summary>The deepest nesting of parentheses, <c>not</c>, calls and selected objects.</summary>
    public const int MaxNesting = 100;

    /// <summary>The most steps in a path: what the deepest document has.</summary>
    public const int MaxPathSteps = Documents.DocumentLimits.MaxDepth;

    /// <summary>The most items of one <c>in</c> list, elements of array parameters included.</summary>
    public const int MaxListItems = 4096;

    /// <summary>The longest regular expression, in UTF-16 code units.</summary>
    public const int MaxPatternLength = 1000;

    /// <summary>The most regular expressions in one query.</summary>
    public const int MaxPatterns = 32;

    /// <summary>The most different paths that a condition looks at.</summary>
    public const int MaxPaths = 100;

    /// <summary>The most conditions on paths with <c>[]</c>, each of which looks at every element.</summary>
    public const int MaxElementConditions = 100;

    /// <summary>The most conditions of a CouchDB selector, combinations included.</summary>
    public const int MaxSelectorConditions = 1000;

    /// <summary>The most values that a query selects.</summary>
    public const int MaxSelectedValues = 1000;

    /// <summary>The most paths that a query includes documents by.</summary>
    public const int MaxIncludedPaths = 100;

    /// <summary>The defaults.</summary>
    public static QueryLimits Default { get; } = new();

    /// <summary>The longest query text in bytes of UTF-8. Default 64 KiB.</summary>
    public int MaxTextBytes { get; init; } = 64 * 1024;

    /// <summary>The largest content that a query may make of a document, in bytes. Default 3 MiB, as documents are.</summary>
    public int MaxResultBytes { get; init; } = Documents.DocumentLimits.DefaultMaxDocumentBytes;

    /// <summary>How long all regular expressions together may take for one document. Default 100 ms; after that it does not match.</summary>
    public TimeSpan RegexTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a query's functions may take for one document. Default 250 ms.</summary>
    public TimeSpan ScriptTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many statements a query's functions may execute for one document. Default 100,000.</summary>
    public int ScriptStatements { get; init; } = 100_000;

    /// <summary>How many calls of a query's functions may be under way at a time, one within the other. Default 64.</summary>
    public int ScriptRecursion { get; init; } = 64;

    /// <summary>How much memory a query's functions may allocate for one document, in bytes, garbage included. Default 64 MiB.</summary>
    public int ScriptMemoryBytes { get; init; } = 64 * 1024 * 1024;
}
