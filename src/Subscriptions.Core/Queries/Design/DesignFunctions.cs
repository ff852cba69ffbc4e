using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Design;

/// <summary>
/// Compiled functions of design documents, the newest used ones: feeds of the same function share one, and with it what runs it. Thread-safe.
/// </summary>
/// <param name="engine">Runs them; null: there can be none.</param>
/// <param name="limits">What they may use for one document.</param>
internal sealed class DesignFunctions(IScriptEngine? engine, QueryLimits limits)
{
    /// <summary>The most functions that are kept.</summary>
    public const int MaxCount = 256;

    /// <summary>The most text of functions that is kept, in UTF-16 code units.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<DesignFunction>> _byKey = [];
    private readonly LinkedList<DesignFunction> _newestFirst = [];
    private int _characters;

    /// <summary>The function of a text: one that is there already, or a new one.</summary>
    /// <exception cref="DesignFunctionException">It cannot be used: where and why. Nothing is kept of it.</exception>
    public DesignFunction Get(string source, DesignFunctionKind kind)
    {
        if (Find(new Key(source, kind)) is { } found) return found;

        // Outside of the lock: a long text takes a while. Whoever comes meanwhile with the same compiles it too, and the first one counts.
        return Keep(DesignFunction.Compile(source, kind, engine, limits));
    }

    private DesignFunction? Find(Key key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node)) return null;
            _newestFirst.Remove(node);
            _newestFirst.AddFirst(node);
            return node.Value;
        }
    }

    private DesignFunction Keep(DesignFunction function)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(KeyOf(function), out var first)) return first.Value;

            _byKey.Add(KeyOf(function), _newestFirst.AddFirst(function));
            _characters += function.Source.Length;
            while (_newestFirst.Count > MaxCount || (_characters > MaxCharacters && _newestFirst.Count > 1))
            {
                var last = _newestFirst.Last!.Value;
                _newestFirst.RemoveLast();
                _byKey.Remove(KeyOf(last));
                _characters -= last.Source.Length;
            }

            return function;
        }
    }

    private static Key KeyOf(DesignFunction function) => new(function.Source, function.Kind);

    private readonly record struct Key(string Source, DesignFunctionKind Kind);
}
