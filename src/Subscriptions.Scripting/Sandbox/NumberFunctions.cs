using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Native.String;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary><c>parseInt</c> and <c>parseFloat</c>; the engine's own recurse with each character, or loop as often as an exponent says.</summary>
internal static class NumberFunctions
{
    public static void Replace(Engine engine, Meter meter)
    {
        Builtins.Put(engine, meter, engine.Global, "parseInt", 2, (_, arguments) => new JsValue(ParseInt(Text(arguments), TypeConverter.ToInt32(arguments.At(1)))));
        Builtins.Put(engine, meter, engine.Global, "parseFloat", 1, (_, arguments) => new JsValue(ParseFloat(Text(arguments))));
    }

    private static string Text(JsValue[] arguments) => StringPrototype.TrimStartEx(TypeConverter.ToString(arguments.At(0)));

    private static double ParseInt(ReadOnlySpan<char> text, int radix)
    {
        var sign = text is ['-', ..] ? -1 : 1;
        if (text is ['-' or '+', ..]) text = text[1..];
        if (radix is not 0 and (< 2 or > 36)) return double.NaN;
        if (radix is 0 or 16 && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
            radix = 16;
        }

        if (radix == 0) radix = 10;
        var length = 0;
        while (length < text.Length && DigitOf(text[length]) < radix) length++;
        if (length == 0) return double.NaN;
        if (radix == 10) return sign * double.Parse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture);

        var value = 0.0;
        foreach (var c in text[..length]) value = (value * radix) + DigitOf(c);
        return sign * value;
    }

    private static int DigitOf(char c) => char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? (c | ' ') - 'a' + 10 : int.MaxValue;

    private static double ParseFloat(ReadOnlySpan<char> text)
    {
        var at = text is ['-' or '+', ..] ? 1 : 0;
        if (text[at..].StartsWith("Infinity", StringComparison.Ordinal)) return text is ['-', ..] ? double.NegativeInfinity : double.PositiveInfinity;

        var whole = CountDigits(text[at..]);
        at += whole;
        var fraction = at < text.Length && text[at] == '.' ? CountDigits(text[(at + 1)..]) : 0;
        if (whole + fraction == 0) return double.NaN;
        if (at < text.Length && text[at] == '.') at += 1 + fraction;

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 1 : 0;
            var exponent = CountDigits(text[Math.Min(text.Length, at + 1 + sign)..]);
            if (exponent > 0) at += 1 + sign + exponent;
        }

        return double.Parse(text[..at], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }
}
