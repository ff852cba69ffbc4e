using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Projections;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries;

/// <summary>What a query's readers share. Immutable.</summary>
/// <param name="Condition">Which documents; null: all.</param>
/// <param name="ConditionPaths">What the condition looks at.</param>
/// <param name="ComparedCalls">How many calls have results that the condition compares.</param>
/// <param name="Projection">What is made of them; null: they are delivered as they are.</param>
/// <param name="IncludedPaths">What comes along; null: nothing.</param>
/// <param name="Functions">The declared functions; null when there are none.</param>
internal sealed record QueryPlan(
    Predicate? Condition, ContentPaths ConditionPaths, int ComparedCalls, Projection? Projection, ContentPaths? IncludedPaths, ScriptFunctions? Functions);
