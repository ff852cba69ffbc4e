using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Projections;

namespace Subscriptions.Core.Queries;

/// <summary>A query with its parameters, ready to be used. Immutable and thread-safe; what readers share of it costs nothing to share.</summary>
public sealed class CompiledQuery
{
    private readonly Predicate? _condition;
    private readonly ContentPaths _conditionPaths;
    private readonly Projection? _projection;
    private readonly ContentPaths? _includedPaths;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _timeProvider;

    private CompiledQuery(
        SubscriptionQuery query, Predicate? condition, ContentPaths conditionPaths, Projection? projection, ContentPaths? includedPaths, QueryLimits limits, TimeProvider timeProvider)
    {
        Query = query;
        _condition = condition;
        _conditionPaths = conditionPaths;
        _projection = projection;
        _includedPaths = includedPaths;
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <summary>What was compiled.</summary>
    public SubscriptionQuery Query { get; }

    /// <summary>The one collection that can match; null: any.</summary>
    public string? Collection => Query.Source.Collection;

    /// <summary>Whether the query sees pairs of previous and current versions, deletions among them.</summary>
    public bool ReadsRevisions => Query.Source.Revisions is not null;

    /// <summary>A filter for one reader. Cheap: some small buffers.</summary>
    public IChangeFilter CreateFilter() => CreateFilter(CreateSource());

    /// <summary>What one reader gets of the query. Cheap: some small buffers.</summary>
    public IChangeView CreateView()
    {
        var source = CreateSource();
        var projector = _projection is null
            ? null
            : new Projector(_projection, new ProjectionState(new ContentReader(_projection.Paths, source)), new ResultBuffer(_limits.MaxResultBytes));
        var includes = _includedPaths is null ? null : new IncludeReader(_includedPaths.SlotCount, new ContentReader(_includedPaths, source));
        return new QueryView(source, CreateFilter(source), projector, includes, ReadsRevisions);
    }

    internal static CompiledQuery Compile(
        SubscriptionQuery query, IReadOnlyDictionary<string, JsonElement> parameters, QueryLimits limits, TimeProvider timeProvider)
    {
        Unsupported.Refuse(query);
        var isPair = query.Source.Revisions is not null;
        var maxDepth = isPair ? DocumentLimits.MaxDepth + 1 : DocumentLimits.MaxDepth;
        var values = new ParameterValues(parameters);
        var checker = new PathChecker(isPair);

        var conditionPaths = new PathTree();
        var compiler = new ConditionCompiler(values, new PatternCompiler(limits.RegexTime), checker, conditionPaths);
        var condition = query.Where is null ? null : compiler.Compile(query.Where);

        var selectedPaths = new PathTree();
        var parts = query.Select is null ? null : new ProjectionCompiler(values, checker, selectedPaths).Compile(query.Select);
        var projection = parts is null ? null : new Projection(parts, selectedPaths.Build(maxDepth, keepsSource: true));

        var includedPaths = query.Include is null ? null : IncludeReader.Compile(query.Include, checker).Build(maxDepth);
        values.CheckAllUsed();
        return new CompiledQuery(query, condition, conditionPaths.Build(maxDepth), projection, includedPaths, limits, timeProvider);
    }

    private IContentSource CreateSource() => ReadsRevisions ? new RevisionPair() : PlainContent.Instance;

    private IChangeFilter CreateFilter(IContentSource source) => _condition is null
        ? new CollectionFilter(Collection)
        : new ConditionFilter(
            Collection, _condition, new DocumentState(new ContentReader(_conditionPaths, source), _limits.RegexTime, _timeProvider));
}
