using System.Text.Json;
using Jint;
using Jint.Native.Object;

namespace Subscriptions.Scripting.Values;

/// <summary>
/// An object of a document. Its properties are read when the first of them is asked for, the objects and arrays within when they are: a
/// function that looks at one property does not pay for the others. Of a property that stands in it twice the first counts.
/// </summary>
internal class JsonObject : ObjectInstance
{
    private readonly JsonSource _source;
    private bool _isRead;

    public JsonObject(Engine engine, JsonSource source)
        : base(engine)
    {
        _source = source;
        Prototype = engine.Object.PrototypeObject;
        Extensible = true;
    }

    /// <summary>The text of the object, while it is certain that nothing in it was changed; empty else.</summary>
    public ReadOnlySpan<byte> Untouched => _isRead || !IsItsText ? default : _source.Json.Span;

    /// <summary>Whether the object is what its text says, and nothing else.</summary>
    protected virtual bool IsItsText => true;

    protected sealed override void EnsureInitialized()
    {
        if (_isRead) return;

        _isRead = true;
        Fill();
        _source.Meter.Check();
    }

    /// <summary>Puts the properties into the object.</summary>
    protected virtual void Fill()
    {
        var reader = new Utf8JsonReader(_source.Json.Span, JsonSource.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Properties.ContainsKey(name)) reader.Skip();
            else Properties.Add(name, _source.Describe(Engine, ref reader));
        }
    }
}
