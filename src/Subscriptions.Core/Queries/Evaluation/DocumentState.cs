using System.Text;
using System.Text.RegularExpressions;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>What one reader's filter knows about the document that it looks at. Reuses its buffers; not thread-safe.</summary>
internal sealed class DocumentState
{
    // An unusually large document must not leave its memory with the reader for good.
    private const int MaxKeptCharacters = 64 * 1024;

    private readonly ContentReader _content;
    private readonly CallResults _calls;
    private readonly RegexBudget _regexes;
    private readonly byte[] _id = new byte[DocumentLimits.MaxIdBytes];
    private char[] _text = [];
    private Change? _change;
    private bool _isUnreadable;

    public DocumentState(ContentReader content, ScriptSession? scripts, CallResults calls, RegexBudget regexes)
    {
        _content = content;
        _calls = calls;
        Scripts = scripts;
        _regexes = regexes;
    }

    /// <summary>Calls the query's functions; null when it has none.</summary>
    public ScriptSession? Scripts { get; }

    /// <summary>The document cannot be evaluated, and so does not match whatever the condition says.</summary>
    public bool IsBroken => _isUnreadable || _regexes.IsSpent;

    public void Begin(Change change)
    {
        _change = change;
        _content.Begin(change);
        _regexes.Begin();
        _isUnreadable = false;
    }

    /// <summary>Lets go of the document.</summary>
    public void End()
    {
        _change = null;
        _content.End();
        if (_text.Length > MaxKeptCharacters) _text = [];
    }

    /// <summary>The values of a path. The content is looked at when the first path is asked for.</summary>
    public ValueEnumerator ReadSlot(int slot)
    {
        if (!_content.TryRead(out var slots, out var content)) _isUnreadable = true;
        return slots.Read(slot, content);
    }

    public Value ReadId()
    {
        var id = _change!.Id;
        return new Value(ValueKind.String, Encoding.UTF8.TryGetBytes(id, _id, out var length) ? _id.AsSpan(0, length) : Encoding.UTF8.GetBytes(id));
    }

    /// <summary>The result of a call.</summary>
    /// <exception cref="EvaluationException">The function failed on the document.</exception>
    public Value ReadCall(ScriptCall call, int number) => _calls.Read(Scripts!, call, number);

    /// <summary>Whether a regular expression matches, within the time that all of them have for a document.</summary>
    public bool IsMatch(Regex regex, ReadOnlySpan<byte> text) => !_isUnreadable && _regexes.IsMatch(regex, Decode(text));

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> text)
    {
        if (_text.Length < text.Length) _text = new char[Math.Max(text.Length, 256)];
        return _text.AsSpan(0, Encoding.UTF8.GetChars(text, _text));
    }
}
