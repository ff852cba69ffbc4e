using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;

namespace Subscriptions.Scripting.Values;

/// <summary>A property whose object or array is made when it is asked for.</summary>
internal sealed class JsonProperty : PropertyDescriptor
{
    private readonly Engine? _engine;
    private readonly JsonSource _source;
    private JsValue? _value;

    public JsonProperty(Engine engine, JsonSource source)
        : base(JsValue.Undefined, true, true, true)
    {
        _engine = engine;
        _source = source;
        _value = null;
    }

    /// <summary>The text of the value, while nobody has asked for it or put another in its place; empty else.</summary>
    public ReadOnlySpan<byte> Untouched => _value is null ? _source.Json.Span : default;

    public override JsValue Value
    {
        get => _value ??= _source.Container(_engine!, _source.Json);
        set => _value = value;
    }
}
