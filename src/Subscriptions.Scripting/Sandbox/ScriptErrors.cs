using System.Text;
using Jint.Native;
using Jint.Native.Error;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>What scripts throw, for people.</summary>
internal static class ScriptErrors
{
    private const int ShownCharacters = 200;

    /// <summary>One line, shortened. May call functions of the script.</summary>
    public static string Describe(JsValue error)
    {
        if (error == JsValue.Undefined) return "threw undefined";
        if (error.Is<ErrorInstance>() || !error.IsObject()) return Explained(Shorten(TypeConverter.ToString(error)));
        return $"threw {Shorten(TypeConverter.ToString(error))}";
    }

    // The engine says no more when a property of nothing is asked for, or something frozen is to be changed.
    private static string Explained(string text) => text == "TypeError" ? "TypeError: something is undefined or null, or not what it is used as" : text;

    private static string Shorten(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= ShownCharacters) return shown.Append('…').ToString();
            if (Rune.IsControl(rune)) shown.Append(' ');
            else shown.Append(rune);
        }

        return shown.ToString();
    }
}
