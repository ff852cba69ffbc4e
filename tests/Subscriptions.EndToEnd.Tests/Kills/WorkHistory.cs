using System.Diagnostics;
using System.Globalization;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>What happened to documents, the server and connections, in order: what there is to read when a promise was broken. Belongs to the ledger and its lock.</summary>
internal sealed class WorkHistory
{
    private readonly List<(TimeSpan At, string? Id, string What)> _events = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Something happened to a document; null: to the server, or to a worker's connection.</summary>
    public void Add(string? id, string what) => _events.Add((Stopwatch.GetElapsedTime(_start), id, what));

    /// <summary>What happened to a document, a line each.</summary>
    public string Of(string? id) => string.Join(
        '\n', _events.Where(e => e.Id == id || e.Id is null).Select(e => string.Create(CultureInfo.InvariantCulture, $"  {e.At.TotalSeconds:0.000} {e.What}")));
}
