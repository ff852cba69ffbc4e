using System.Collections;

namespace Subscriptions.EndToEnd.Tests.Restores;

/// <summary>All who read.</summary>
internal sealed class Readership(CancellationToken stop) : IEnumerable<(string Name, Copy Copy, Task Running)>
{
    private readonly List<(string Name, Copy Copy, Task Running)> _readers = [];

    /// <summary>Starts a reader.</summary>
    public void Add(string name, Copy copy, Func<Copy, CancellationToken, Task> run) => _readers.Add((name, copy, run(copy, stop)));

    public IEnumerator<(string Name, Copy Copy, Task Running)> GetEnumerator() => _readers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
