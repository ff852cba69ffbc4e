namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>The fencing tokens that workers were given: none twice, and larger ones after a kill than before. Thread-safe.</summary>
internal sealed class LeaseTokens
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _all = [];
    private readonly List<string> _violations = [];

    // By token. Of a lease that was granted before the kill a worker may tell after it, but nothing that it did under it is confirmed then.
    private readonly Dictionary<long, string> _doubts = [];
    private long _newest;
    private long _atKill;
    private long _floor;

    /// <summary>How many leases there were.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _all.Count;
        }
    }

    /// <summary>The largest that was given out, as far as workers have told.</summary>
    public long Newest
    {
        get
        {
            lock (_gate) return _newest;
        }
    }

    /// <summary>What the server should not have done.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate) return [.. _violations];
        }
    }

    /// <summary>A worker has a lease.</summary>
    public void Granted(long token)
    {
        lock (_gate)
        {
            if (!_all.Add(token)) _violations.Add($"Token {token} was given out twice.");
            if (token <= _floor) _doubts[token] = $"Token {token} was given out after the kill, and {_floor} before it.";
            _newest = Math.Max(_newest, token);
        }
    }

    /// <summary>An ack of a worker was confirmed: it had its lease since it was handed the batch.</summary>
    public void Confirmed(long token)
    {
        lock (_gate)
        {
            if (_doubts.Remove(token, out var violation)) _violations.Add(violation);
        }
    }

    /// <summary>The server is dead.</summary>
    public void Killed()
    {
        lock (_gate) _atKill = _newest;
    }

    /// <summary>The server is there again.</summary>
    /// <param name="stored">The token that it has stored.</param>
    public void Restarted(long stored)
    {
        lock (_gate)
        {
            // What workers tell from now on they were told by the new one: the old one's word is long with them.
            _floor = _atKill;
            if (stored < _floor) _violations.Add($"After the kill the stored token is {stored}; {_floor} was given out.");
        }
    }
}
