using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.RegExp;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Subscriptions.Core.Queries;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>What the sandbox itself gives to functions: the document's id, regular expressions that stop in time, objects whose prototypes end.</summary>
internal sealed class HostFunctions
{
    // Looking a property up goes through the prototypes one within the other.
    private const int MaxPrototypes = 50;

    private readonly Engine _engine;
    private readonly Meter _meter;
    private readonly QueryLimits _limits;
    private JsValue _document = JsValue.Null;

    public HostFunctions(Engine engine, Meter meter, QueryLimits limits)
    {
        _engine = engine;
        _meter = meter;
        _limits = limits;
        Construct = new JsValue(new GuardedFunction(engine, meter, 1, (_, arguments) => New(arguments)));
        Throwable = new JsValue(new GuardedFunction(engine, meter, 1, (_, arguments) => WithMessage(arguments[0])));
        GetId = new GuardedFunction(engine, meter, 1, (_, arguments) => arguments.Length == 0 || IsDocument(arguments[0]) ? Id : JsValue.Null);
        RegExp = new GuardedConstructor(engine, engine.RegExp.PrototypeObject, 2, Regex);
    }

    /// <summary>The document's id.</summary>
    public JsValue Id { get; private set; } = JsValue.Null;

    /// <summary>What <c>new</c> calls: with the constructor, then its arguments.</summary>
    public JsValue Construct { get; }

    /// <summary>What <c>throw</c> calls with its value, and throws.</summary>
    public JsValue Throwable { get; }

    /// <summary>The function <c>id</c>.</summary>
    public GuardedFunction GetId { get; }

    /// <summary>The constructor of regular expressions.</summary>
    public GuardedConstructor RegExp { get; }

    /// <summary>Begins with a document.</summary>
    public void Begin(JsValue document, string id)
    {
        _document = document;
        Id = new JsValue(id);
    }

    /// <summary>A function that gives a new regular expression for a literal each time, as each evaluation of the literal does.</summary>
    public JsValue RegexLiteral(string literal)
    {
        RegExpInstance? template = null;
        return new JsValue(new GuardedFunction(_engine, _meter, 0, (_, _) => new JsValue(Copy(template ??= Literal(literal)))));
    }

    /// <summary>A regular expression that stops in time.</summary>
    public RegExpInstance ToRegex(JsValue value) => value.IsRegExp()
        ? value.AsRegExp()
        : (RegExpInstance)RegExp.Construct([value.IsUndefined() ? new JsValue("") : new JsValue(TypeConverter.ToString(value))]);

    /// <summary>Refuses an object with too many prototypes.</summary>
    public static ObjectInstance CheckPrototypes(ObjectInstance created)
    {
        var count = 0;
        for (var next = created; next is not null; next = next.Prototype)
        {
            if (++count > MaxPrototypes) throw new ScriptLimitException($"made an object with more than {MaxPrototypes} prototypes");
        }

        return created;
    }

    private JsValue New(JsValue[] arguments)
    {
        if (arguments[0].TryCast<IConstructor>() is not { } constructor) throw new JavaScriptException(_engine.TypeError, "what 'new' is used with is no constructor");
        var rest = ReferenceEquals(constructor, _engine.Date) ? DateFunctions.Limited(arguments[1..]) : arguments[1..];
        return new JsValue(CheckPrototypes(constructor.Construct(rest)));
    }

    // The engine takes it for granted that an object that is thrown has a text of that name. Nobody sees that it does when it did not.
    private static JsValue WithMessage(JsValue thrown)
    {
        if (thrown.IsObject() && thrown.AsObject() is { Extensible: true } owner && owner.GetProperty("message") == PropertyDescriptor.Undefined)
            owner.DefineOwnProperty("message", new PropertyDescriptor(new JsValue(""), true, false, true), false);
        return thrown;
    }

    private bool IsDocument(JsValue value) => value.IsObject() && _document.IsObject() && ReferenceEquals(value.AsObject(), _document.AsObject());

    private RegExpInstance Regex(JsValue[] arguments)
    {
        var pattern = arguments.At(0);
        if (!pattern.IsRegExp() && !pattern.IsUndefined()) pattern = new JsValue(Checked(TypeConverter.ToString(pattern)));
        return Timed((RegExpInstance)_engine.RegExp.Construct([pattern, arguments.At(1)]));
    }

    // Not by the engine's own way from a literal, which does not end for some.
    private RegExpInstance Literal(string literal)
    {
        var end = literal.LastIndexOf('/');
        return Regex([new JsValue(literal[1..end].Replace("\\/", "/", StringComparison.Ordinal)), new JsValue(literal[(end + 1)..])]);
    }

    private string Checked(string pattern) => pattern.Length <= QueryLimits.MaxPatternLength
        ? pattern
        : throw new JavaScriptException(_engine.SyntaxError, $"a regular expression has at most {QueryLimits.MaxPatternLength} characters");

    private RegExpInstance Timed(RegExpInstance regex)
    {
        if (regex.Value.MatchTimeout == _limits.RegexTime) return regex;
        regex.Value = new System.Text.RegularExpressions.Regex(regex.Value.ToString(), regex.Value.Options, _limits.RegexTime);
        return regex;
    }

    private RegExpInstance Copy(RegExpInstance template)
    {
        var copy = new RegExpInstance(_engine)
        {
            Prototype = template.Prototype,
            Extensible = true,
            Value = template.Value,
            Source = template.Source,
            Flags = template.Flags,
            Global = template.Global,
            IgnoreCase = template.IgnoreCase,
            Multiline = template.Multiline,
        };
        copy.FastAddProperty("global", copy.Global, false, false, false);
        copy.FastAddProperty("ignoreCase", copy.IgnoreCase, false, false, false);
        copy.FastAddProperty("multiline", copy.Multiline, false, false, false);
        copy.FastAddProperty("source", copy.Source, false, false, false);
        copy.FastAddProperty("lastIndex", 0, true, false, false);
        return copy;
    }
}
