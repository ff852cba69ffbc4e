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
/// <param name="Token">Its fencing token; null while that is being persisted, before the worker is told.</param>
public sealed record LeaseHolder(LeaseRequest Request, FencingToken? Token);

/// <summary>
/// Who has a subscription and who waits for it: a value, moved by pure functions that say what must be done. The strategies meet here and
/// nowhere else.
/// </summary>
/// <param name="Holder">The holder; null when the subscription is free.</param>
/// <param name="Queue">Those who wait, first come first served.</param>
public sealed record LeaseState(LeaseHolder? Holder, ImmutableList<LeaseRequest> Queue)
{
    /// <summary>Nobody has it and nobody waits.</summary>
    public static LeaseState Free { get; } = new(null, []);

    /// <summary>A worker asks for the subscription.</summary>
    public LeaseTransition Open(LeaseRequest request) => (request.Worker.Strategy, Holder) switch
    {
        (_, null) => Promote(this, request),
        (OpeningStrategy.Wait, _) => Enqueue(request),
        (OpeningStrategy.TakeOver, { Request.Worker.Strategy: OpeningStrategy.Fail or OpeningStrategy.Wait }) => TakeOver(request),
        _ => new LeaseTransition(this, [new LeaseEffect.Refuse(request, Holder)]),
    };

    /// <summary>The next fencing token of the candidate is durable.</summary>
    public LeaseTransition Persisted(LeaseRequest request, FencingToken token)
    {
        // The candidate may have left, been dropped or been replaced while its token was written; the token is then skipped.
        if (Holder?.Request.Number != request.Number) return new LeaseTransition(this, []);
        return new LeaseTransition(this with { Holder = Holder with { Token = token } }, [new LeaseEffect.Grant(request, token)]);
    }

    /// <summary>The worker is gone, whatever it was doing: holding, being granted or waiting.</summary>
    public LeaseTransition Release(LeaseRequest request)
    {
        if (Holder?.Request.Number == request.Number) return Next(this with { Holder = null }, []);

        var place = Queue.FindIndex(r => r.Number == request.Number);
        if (place < 0) return new LeaseTransition(this, []);
        var shorter = this with { Queue = Queue.RemoveAt(place) };
        return new LeaseTransition(shorter, [.. shorter.TellPlaces(from: place)]);
    }

    /// <summary>Closes the holder and those who wait, as far as they are meant.</summary>
    /// <param name="isMeant">Whether a worker is meant.</param>
    /// <param name="code">Why.</param>
    public LeaseTransition Evict(Func<WorkerInfo, bool> isMeant, ErrorCode code)
    {
        var closed = Queue.Where(r => isMeant(r.Worker)).ToList();
        var rest = this with { Queue = Queue.RemoveAll(closed.Contains) };
        var isHolderMeant = Holder is not null && isMeant(Holder.Request.Worker);
        if (isHolderMeant) closed.Insert(0, Holder!.Request);

        ImmutableList<LeaseEffect> effects = [.. closed.Select(r => new LeaseEffect.Close(r, code, null))];
        return isHolderMeant
            ? Next(rest with { Holder = null }, effects)
            : new LeaseTransition(rest, effects.AddRange(rest.TellPlaces(from: 0)));
    }

    private static LeaseTransition Promote(LeaseState state, LeaseRequest request) =>
        new(state with { Holder = new LeaseHolder(request, null) }, [new LeaseEffect.Persist(request)]);

    private static LeaseTransition Next(LeaseState free, ImmutableList<LeaseEffect> effects)
    {
        if (free.Queue.IsEmpty) return new LeaseTransition(free, effects);

        var (state, more) = Promote(free with { Queue = free.Queue.RemoveAt(0) }, free.Queue[0]);
        return new LeaseTransition(state, effects.AddRange(more).AddRange(state.TellPlaces(from: 0)));
    }

    private LeaseTransition Enqueue(LeaseRequest request)
    {
        var longer = this with { Queue = Queue.Add(request) };
        return new LeaseTransition(longer, [new LeaseEffect.TellPlace(request, longer.Queue.Count, Holder!)]);
    }

    private LeaseTransition TakeOver(LeaseRequest request)
    {
        var (state, effects) = Promote(this, request);
        effects = effects.Insert(0, new LeaseEffect.Close(Holder!.Request, ErrorCode.TakenOver, request.Worker));
        return new LeaseTransition(state, effects.AddRange(state.TellPlaces(from: 0)));
    }

    private IEnumerable<LeaseEffect> TellPlaces(int from) =>
        Queue.Skip(from).Select((request, i) => new LeaseEffect.TellPlace(request, from + i + 1, Holder!));
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
    public sealed record Persist(LeaseRequest Request) : LeaseEffect;

    /// <summary>Tell the worker that it has the subscription.</summary>
    public sealed record Grant(LeaseRequest Request, FencingToken Token) : LeaseEffect;

    /// <summary>Tell the worker that it cannot have the subscription, and who has it.</summary>
    public sealed record Refuse(LeaseRequest Request, LeaseHolder Holder) : LeaseEffect;

    /// <summary>Tell a waiting worker its place, from 1.</summary>
    public sealed record TellPlace(LeaseRequest Request, int Place, LeaseHolder Holder) : LeaseEffect;

    /// <summary>End a worker's conversation; <paramref name="By"/> is who took over.</summary>
    public sealed record Close(LeaseRequest Request, ErrorCode Code, WorkerInfo? By) : LeaseEffect;
}
