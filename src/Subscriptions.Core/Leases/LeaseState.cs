using System.Collections.Immutable;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Leases;

/// <summary>One worker's request for a lease.</summary>
/// <param name="Number">Distinguishes requests of one subscription.</param>
/// <param name="Worker">Who asks.</param>
public sealed record LeaseRequest(long Number, WorkerInfo Worker);

/// <summary>Who has the subscription.</summary>
/// <param name="Request">The request that has it.</param>
/// <param name="Token">Its fencing token; null before that is durable and the worker is told.</param>
public sealed record LeaseHolder(LeaseRequest Request, FencingToken? Token)
{
    /// <summary>True while its token is being written.</summary>
    public bool IsPersisting { get; init; }
}

/// <summary>
/// Who has a subscription and who waits for it: a value, moved by pure functions that say what must be done. The strategies meet here and
/// nowhere else.
/// </summary>
/// <remarks>
/// The first holder's strategy is the subscription's mode until nobody has it any more: several holders are all <see cref="OpeningStrategy.Concurrent"/>,
/// and then nobody waits. Tokens are written one at a time, so that each new one stands beside those that are durable.
/// </remarks>
/// <param name="Holders">The holders, by when they opened; empty when the subscription is free.</param>
/// <param name="Queue">Those who wait, first come first served.</param>
public sealed record LeaseState(ImmutableList<LeaseHolder> Holders, ImmutableList<LeaseRequest> Queue)
{
    /// <summary>Nobody has it and nobody waits.</summary>
    public static LeaseState Free { get; } = new([], []);

    private OpeningStrategy Mode => Holders[0].Request.Worker.Strategy;

    /// <summary>A worker asks for the subscription.</summary>
    public LeaseTransition Open(LeaseRequest request)
    {
        if (Holders.IsEmpty) return Admit(request).Advance([]);

        return (request.Worker.Strategy, Mode) switch
        {
            (OpeningStrategy.Concurrent, OpeningStrategy.Concurrent) => Admit(request).Advance([]),
            (OpeningStrategy.Wait, not OpeningStrategy.Concurrent) => Enqueue(request),
            (OpeningStrategy.TakeOver, OpeningStrategy.Fail or OpeningStrategy.Wait) => TakeOver(request),
            _ => new LeaseTransition(this, [new LeaseEffect.Refuse(request, Holders)]),
        };
    }

    /// <summary>The next fencing token of a candidate is durable.</summary>
    public LeaseTransition Persisted(LeaseRequest request, FencingToken token)
    {
        // The candidate may have left, been dropped or been replaced while its token was written; the token is then skipped.
        var at = Holders.FindIndex(h => h.Request.Number == request.Number);
        if (at < 0) return new LeaseTransition(this, []);

        var granted = this with { Holders = Holders.SetItem(at, new LeaseHolder(request, token)) };
        return granted.Advance([new LeaseEffect.Grant(request, token)]);
    }

    /// <summary>The worker is gone, whatever it was doing: holding, being granted or waiting.</summary>
    public LeaseTransition Release(LeaseRequest request)
    {
        var at = Holders.FindIndex(h => h.Request.Number == request.Number);
        if (at >= 0) return (this with { Holders = Holders.RemoveAt(at) }).Advance([]);

        var place = Queue.FindIndex(r => r.Number == request.Number);
        if (place < 0) return new LeaseTransition(this, []);
        var shorter = this with { Queue = Queue.RemoveAt(place) };
        return new LeaseTransition(shorter, [.. shorter.TellPlaces(from: place)]);
    }

    /// <summary>Closes holders and those who wait, as far as they are meant.</summary>
    /// <param name="isMeant">Whether a worker is meant.</param>
    /// <param name="code">Why.</param>
    public LeaseTransition Evict(Func<LeasedWorker, bool> isMeant, ErrorCode code)
    {
        var holders = Holders.Where(h => isMeant(new LeasedWorker(h.Request.Worker, h.Token))).ToList();
        var waiting = Queue.Where(r => isMeant(new LeasedWorker(r.Worker, null))).ToList();
        var rest = new LeaseState(Holders.RemoveRange(holders), Queue.RemoveRange(waiting));

        var closed = holders.Select(h => h.Request).Concat(waiting);
        ImmutableList<LeaseEffect> effects = [.. closed.Select(r => new LeaseEffect.Close(r, code, null))];
        return rest.Holders.IsEmpty ? rest.Advance(effects) : rest.Advance(effects.AddRange(rest.TellPlaces(from: 0)));
    }

    private LeaseState Admit(LeaseRequest request) => this with { Holders = Holders.Add(new LeaseHolder(request, null)) };

    // What can happen now: a free subscription goes to the next who waits, and the next token is written.
    private LeaseTransition Advance(ImmutableList<LeaseEffect> effects)
    {
        if (Holders.IsEmpty && !Queue.IsEmpty)
        {
            var (next, more) = (this with { Queue = Queue.RemoveAt(0) }).Admit(Queue[0]).Advance(effects);
            return new LeaseTransition(next, more.AddRange(next.TellPlaces(from: 0)));
        }

        var candidate = Holders.FindIndex(h => h.Token is null);
        if (candidate < 0 || Holders.Exists(h => h.IsPersisting)) return new LeaseTransition(this, effects);

        var holder = Holders[candidate] with { IsPersisting = true };
        var isShared = Holders.Exists(h => h.Token is not null);
        return new LeaseTransition(
            this with { Holders = Holders.SetItem(candidate, holder) }, effects.Add(new LeaseEffect.Persist(holder.Request, isShared)));
    }

    private LeaseTransition Enqueue(LeaseRequest request)
    {
        var longer = this with { Queue = Queue.Add(request) };
        return new LeaseTransition(longer, [new LeaseEffect.TellPlace(request, longer.Queue.Count, Holders[0])]);
    }

    private LeaseTransition TakeOver(LeaseRequest request)
    {
        var closed = new LeaseEffect.Close(Holders[0].Request, ErrorCode.TakenOver, request.Worker);
        var (state, effects) = (this with { Holders = [] }).Admit(request).Advance([closed]);
        return new LeaseTransition(state, effects.AddRange(state.TellPlaces(from: 0)));
    }

    private IEnumerable<LeaseEffect> TellPlaces(int from) =>
        Queue.Skip(from).Select((request, i) => new LeaseEffect.TellPlace(request, from + i + 1, Holders[0]));
}

/// <summary>A lease state's next state, and what must be done about it.</summary>
/// <param name="State">The next state.</param>
/// <param name="Effects">What to do, in this order.</param>
public sealed record LeaseTransition(LeaseState State, ImmutableList<LeaseEffect> Effects);

/// <summary>Something to do after a transition.</summary>
public abstract record LeaseEffect
{
    private LeaseEffect()
    {
    }

    /// <summary>Write the next fencing token, then report it with <see cref="LeaseState.Persisted"/>.</summary>
    /// <param name="Request">Whose.</param>
    /// <param name="IsShared">It stands beside those of other holders.</param>
    public sealed record Persist(LeaseRequest Request, bool IsShared) : LeaseEffect;

    /// <summary>Tell the worker that it has the subscription.</summary>
    public sealed record Grant(LeaseRequest Request, FencingToken Token) : LeaseEffect;

    /// <summary>Tell the worker that it cannot have the subscription, and who has it.</summary>
    public sealed record Refuse(LeaseRequest Request, ImmutableList<LeaseHolder> Holders) : LeaseEffect;

    /// <summary>Tell a waiting worker its place, from 1.</summary>
    public sealed record TellPlace(LeaseRequest Request, int Place, LeaseHolder Holder) : LeaseEffect;

    /// <summary>End a worker's conversation; <paramref name="By"/> is who took over.</summary>
    public sealed record Close(LeaseRequest Request, ErrorCode Code, WorkerInfo? By) : LeaseEffect;
}
