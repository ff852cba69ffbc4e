using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Finds values in the content of one document after the other, each in one pass when the first value is asked for. Not thread-safe.</summary>
internal sealed class ContentReader
{
    private readonly SlotTable _slots;
    private readonly ContentScanner _scanner;
    private readonly IContentSource _source;
    private Change? _change;
    private bool _isScanned;
    private bool _isValid;

    public ContentReader(ContentPaths paths, IContentSource source)
    {
        _slots = new SlotTable(paths.SlotCount);
        _scanner = new ContentScanner(paths, _slots);
        _source = source;
    }

    public void Begin(Change change)
    {
        _change = change;
        _isScanned = false;
    }

    /// <summary>Lets go of the document.</summary>
    public void End() => _change = null;

    /// <summary>Looks at the content, if nobody has yet.</summary>
    /// <returns>False when it is not valid JSON, as far as it had to be looked at, or nests too deep.</returns>
    public bool TryRead(out SlotTable slots, out ReadOnlySpan<byte> content)
    {
        slots = _slots;
        content = _source.ContentOf(_change!).Span;
        if (_isScanned) return _isValid;

        _isScanned = true;
        _isValid = _scanner.TryScan(content);
        return _isValid;
    }
}
