using Jint;
using Jint.Native;
using Jint.Native.RegExp;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>
/// The functions of strings whose results can be far larger than what they are made of. Each reads its arguments once, so that what was
/// checked is what is used, and calls the engine's own with strings.
/// </summary>
internal static class StringFunctions
{
    private const int ShortSearch = 16;
    private const long MaxSearch = 100_000_000;

    public static void Replace(Engine engine, Meter meter, HostFunctions host)
    {
        var prototype = engine.String.PrototypeObject;
        Builtins.Put(engine, meter, prototype, "concat", 1, (self, arguments) => Concat(engine, self, arguments));
        Builtins.Wrap(engine, meter, prototype, "search", inner => (self, arguments) => inner(Text(engine, self), [new JsValue(host.ToRegex(arguments.At(0)))]));
        Builtins.Wrap(engine, meter, prototype, "match", inner => (self, arguments) =>
        {
            var (text, regex) = (Text(engine, self), host.ToRegex(arguments.At(0)));
            return regex.Global ? MatchAll(engine, regex, text.AsString()) : inner(text, [new JsValue(regex)]);
        });
        foreach (var name in new[] { "indexOf", "lastIndexOf" })
        {
            Builtins.Wrap(engine, meter, prototype, name, inner => (self, arguments) =>
            {
                var (text, what) = (Text(engine, self), new JsValue(TypeConverter.ToString(arguments.At(0))));
                CheckSearch(text.AsString(), what.AsString());
                return inner(text, [what, .. arguments.Skip(1)]);
            });
        }

        Builtins.Wrap(engine, meter, prototype, "split", inner => (self, arguments) =>
        {
            var (text, separator) = (Text(engine, self), arguments.At(0));
            if (!separator.IsUndefined() && !separator.IsRegExp()) separator = new JsValue(TypeConverter.ToString(separator));
            if (separator.IsString()) CheckSearch(text.AsString(), separator.AsString());
            CheckPieces(Pieces(text.AsString(), separator));
            return inner(text, [separator, Number(arguments.At(1))]);
        });
        Builtins.Wrap(engine, meter, prototype, "replace", inner => (self, arguments) =>
        {
            var (text, what, by) = (Text(engine, self), arguments.At(0), arguments.At(1));
            if (!what.IsRegExp()) what = new JsValue(TypeConverter.ToString(what));
            if (what.IsString()) CheckSearch(text.AsString(), what.AsString());
            by = by.TryCast<ICallable>() is { } function ? Counted(engine, meter, function) : new JsValue(TypeConverter.ToString(by));
            if (by.IsString()) CheckReplaced(text.AsString(), what, by.AsString());
            return inner(text, [what, by]);
        });
    }

    private static JsValue Text(Engine engine, JsValue self)
    {
        TypeConverter.CheckObjectCoercible(engine, self);
        return new JsValue(TypeConverter.ToString(self));
    }

    private static JsValue Number(JsValue value) => value.IsUndefined() ? value : new JsValue(TypeConverter.ToNumber(value));

    private static JsValue Concat(Engine engine, JsValue self, JsValue[] arguments)
    {
        var parts = new List<string> { Text(engine, self).AsString() };
        var length = (long)parts[0].Length;
        foreach (var argument in arguments)
        {
            parts.Add(TypeConverter.ToString(argument));
            Meter.CheckLength(length += parts[^1].Length);
        }

        return new JsValue(string.Concat(parts));
    }

    // The engine's own does not end when a match is empty.
    private static JsValue MatchAll(Engine engine, RegExpInstance regex, string text)
    {
        CheckPieces(Count(regex, text));
        regex.Put("lastIndex", new JsValue(0), false);
        var found = regex.Value.Matches(text).Select(m => new JsValue(m.Value)).ToArray();
        if (found.Length == 0) return JsValue.Null;

        var array = engine.Array.Construct([]);
        engine.Array.PrototypeObject.Push(new JsValue(array), found);
        return new JsValue(array);
    }

    // Long strings that are alike are compared at each place.
    private static void CheckSearch(string text, string what)
    {
        if (what.Length > ShortSearch && (long)what.Length * text.Length > MaxSearch)
            throw new ScriptLimitException($"searched {text.Length} characters for {what.Length}");
    }

    // Stops in time, for all matches together.
    private static long Count(RegExpInstance regex, string text) => regex.Value.Count(text);

    private static long Pieces(string text, JsValue separator)
    {
        if (separator.IsUndefined()) return 1;
        if (separator.IsRegExp()) return Count(separator.AsRegExp(), text) * separator.AsRegExp().Value.GetGroupNumbers().Length;

        var by = separator.AsString();
        if (by.Length == 0) return text.Length;
        long count = 1;
        for (var at = text.IndexOf(by, StringComparison.Ordinal); at >= 0; at = text.IndexOf(by, at + by.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    private static void CheckPieces(long count)
    {
        if (count > Meter.MaxArrayLength) throw new ScriptLimitException($"cut a string into more than {Meter.MaxArrayLength} pieces");
    }

    // Each '$' of the replacement can stand for the whole text.
    private static void CheckReplaced(string text, JsValue what, string by)
    {
        var each = by.Length + ((long)by.AsSpan().Count('$') * text.Length);
        var times = what.IsRegExp() && what.AsRegExp().Global ? Count(what.AsRegExp(), text) : 1;
        Meter.CheckLength(text.Length + (each * times));
    }

    private static JsValue Counted(Engine engine, Meter meter, ICallable function)
    {
        long length = 0;
        return new JsValue(new GuardedFunction(engine, meter, 0, (self, arguments) =>
        {
            var part = new JsValue(TypeConverter.ToString(function.Call(self, arguments)));
            Meter.CheckLength(length += part.AsString().Length);
            return part;
        }));
    }
}
