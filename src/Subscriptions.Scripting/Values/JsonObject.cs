using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Subscriptions.Core.Documents;

namespace Subscriptions.Scripting.Values;

/// <summary>
/// An object of a document. Its properties are read when the first of them is asked for, the objects and arrays within when they are: a
/// function that looks at one property does not pay for the others. Of a property that stands in it twice the first counts.
/// </summary>
internal sealed class JsonObject : ObjectInstance
{
    private readonly JsonSource _source;
    private readonly Change? _change;
    private bool _isRead;

    /// <param name="engine">The engine.</param>
    /// <param name="source">The text of the object.</param>
    /// <param name="change">The document whose <c>_id</c>, <c>_rev</c> and <c>_deleted</c> it has; null for none.</param>
    public JsonObject(Engine engine, JsonSource source, Change? change = null)
        : base(engine)
    {
        _source = source;
        _change = change;
        Prototype = engine.Object.PrototypeObject;
        Extensible = true;
    }

    /// <summary>The text of the object, while it is certain that nothing in it was changed; empty else.</summary>
    public ReadOnlySpan<byte> Untouched => _isRead || _change is not null ? default : _source.Json.Span;

    protected override void EnsureInitialized()
    {
        if (_isRead) return;

        _isRead = true;
        if (_change is not null) Describe(_change);
        var reader = new Utf8JsonReader(_source.Json.Span, JsonSource.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Properties.ContainsKey(name)) reader.Skip();
            else Properties.Add(name, _source.Describe(Engine, ref reader));
        }

        _source.Meter.Check();
    }

    private void Describe(Change change)
    {
        Properties.Add("_id", new PropertyDescriptor(new JsValue(change.Id), true, true, true));
        Properties.Add("_rev", new PropertyDescriptor(new JsValue(change.Revision.ToString()), true, true, true));
        if (change.IsTombstone) Properties.Add("_deleted", new PropertyDescriptor(JsValue.True, true, true, true));
    }
}
