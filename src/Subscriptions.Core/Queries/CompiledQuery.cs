using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Projections;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries;

/// <summary>A query with its parameters, ready to be used. Immutable and thread-safe; what readers share of it costs nothing to share.</summary>
public sealed class CompiledQuery
{
    private readonly QueryPlan _plan;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _timeProvider;

    private CompiledQuery(SubscriptionQuery query, QueryPlan plan, QueryLimits limits, TimeProvider timeProvider)
    {
        Query = query;
        _plan = plan;
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
    public IChangeFilter CreateFilter()
    {
        var source = CreateSource();
        return CreateFilter(source, CreateSession(source)) ?? (IChangeFilter)new CollectionFilter(Collection);
    }

    /// <summary>What one reader gets of the query. Cheap: some small buffers.</summary>
    public IChangeView CreateView()
    {
        var source = CreateSource();
        var scripts = CreateSession(source);
        var projector = _plan.Projection is not { } projection
            ? null
            : new Projector(projection, new ProjectionState(new ContentReader(projection.Paths, source), scripts), new ResultBuffer(_limits.MaxResultBytes));
        var includes = _plan.IncludedPaths is not { } paths ? null : new IncludeReader(paths.SlotCount, new ContentReader(paths, source));
        return new QueryView(source, Collection, CreateFilter(source, scripts), projector, includes, scripts);
    }

    internal static CompiledQuery Compile(
        SubscriptionQuery query,
        IReadOnlyDictionary<string, JsonElement> parameters,
        QueryLimits limits,
        IScriptEngine? scripts,
        TimeProvider timeProvider)
    {
        var isPair = query.Source.Revisions is not null;
        var maxDepth = isPair ? DocumentLimits.MaxDepth + 1 : DocumentLimits.MaxDepth;
        var values = new ParameterValues(parameters);
        var checker = new PathChecker(isPair);
        var functions = query.Functions.Count == 0 ? null : ScriptFunctions.Compile(query.Functions, scripts, limits);
        var calls = new ScriptCallCompiler(functions, values, checker);

        var conditionPaths = new PathTree();
        var conditions = new ConditionCompiler(values, new PatternCompiler(limits.RegexTime), checker, calls, conditionPaths);
        var condition = query.Where is null ? null : conditions.Compile(query.Where);

        var selectedPaths = new PathTree();
        var parts = query.Select is null ? null : new ProjectionCompiler(values, checker, calls, selectedPaths).Compile(query.Select);
        var projection = parts is null ? null : new Projection(parts, selectedPaths.Build(maxDepth, keepsSource: true));

        var includedPaths = query.Include is null ? null : IncludeReader.Compile(query.Include, checker).Build(maxDepth);
        values.CheckAllUsed();
        var plan = new QueryPlan(condition, conditionPaths.Build(maxDepth), conditions.ComparedCalls, projection, includedPaths, functions);
        return new CompiledQuery(query, plan, limits, timeProvider);
    }

    private IContentSource CreateSource() => ReadsRevisions ? new RevisionPair() : PlainContent.Instance;

    private ScriptSession? CreateSession(IContentSource source) => _plan.Functions is null ? null : new ScriptSession(_plan.Functions, source);

    private ConditionFilter? CreateFilter(IContentSource source, ScriptSession? scripts)
    {
        if (_plan.Condition is null) return null;

        var calls = new CallResults(_plan.ComparedCalls, _limits.MaxResultBytes);
        var state = new DocumentState(new ContentReader(_plan.ConditionPaths, source), scripts, calls, new RegexBudget(_limits.RegexTime, _timeProvider));
        return new ConditionFilter(Collection, _plan.Condition, state);
    }
}
