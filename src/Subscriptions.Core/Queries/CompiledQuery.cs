using System.Text.Json;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries;

/// <summary>A query with its parameters, ready to filter. Immutable and thread-safe; what readers share of it costs nothing to share.</summary>
public sealed class CompiledQuery
{
    private readonly Predicate? _condition;
    private readonly PathNode _paths;
    private readonly int _slotCount;
    private readonly int _nodeCount;
    private readonly TimeSpan _regexTime;
    private readonly TimeProvider _timeProvider;

    private CompiledQuery(SubscriptionQuery query, Predicate? condition, PathTree paths, QueryLimits limits, TimeProvider timeProvider)
    {
        Query = query;
        _condition = condition;
        _paths = paths.Build();
        _slotCount = paths.SlotCount;
        _nodeCount = paths.NodeCount;
        _regexTime = limits.RegexTime;
        _timeProvider = timeProvider;
    }

    /// <summary>What was compiled.</summary>
    public SubscriptionQuery Query { get; }

    /// <summary>The one collection that can match; null: any.</summary>
    public string? Collection => Query.Source.Collection;

    /// <summary>A filter for one reader. Cheap: some small buffers.</summary>
    public IChangeFilter CreateFilter() => _condition is null
        ? new CollectionFilter(Collection)
        : new ConditionFilter(Collection, _condition, new DocumentState(_paths, _slotCount, _nodeCount, _regexTime, _timeProvider));

    /// <summary>What one reader gets of the query. Cheap: some small buffers.</summary>
    public IChangeView CreateView() => new WholeDocumentView(CreateFilter());

    internal static CompiledQuery Compile(
        SubscriptionQuery query, IReadOnlyDictionary<string, JsonElement> parameters, QueryLimits limits, TimeProvider timeProvider)
    {
        Unsupported.Refuse(query);
        var values = new ParameterValues(parameters);
        var paths = new PathTree();
        var compiler = new ConditionCompiler(values, new PatternCompiler(limits.RegexTime), paths);
        var condition = query.Where is null ? null : compiler.Compile(query.Where);
        values.CheckAllUsed();
        return new CompiledQuery(query, condition, paths, limits, timeProvider);
    }
}
