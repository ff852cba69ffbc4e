using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Scripting.Syntax;

/// <summary>A declared function as the text of an expression, and where its parts are in the body.</summary>
internal sealed class FunctionSource(ScriptFunction function)
{
    private readonly int _bodyStart = Before(function).Length;

    /// <summary>The text.</summary>
    public string Text { get; } = Before(function) + function.Body + "\n})";

    /// <summary>The place in the body of a place in the text; the body's ends for places outside of it.</summary>
    public int OffsetOf(int index) => Math.Clamp(index - _bodyStart, 0, function.Body.Length);

    /// <summary>The place in the body of a line, from 1, and a column, from 0, as the parser counts them.</summary>
    public int OffsetOf(int line, int column)
    {
        var index = 0;
        for (var current = 1; current < line && index < Text.Length; index++)
        {
            var isBreak = Text[index] is '\n' or '\u2028' or '\u2029' || (Text[index] == '\r' && Text[index + 1] != '\n');
            if (isBreak) current++;
        }

        return OffsetOf(index + column);
    }

    private static string Before(ScriptFunction function) => $"(function {function.Name}({string.Join(", ", function.Parameters)}) {{";
}
