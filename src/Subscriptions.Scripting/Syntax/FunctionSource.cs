using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Scripting.Syntax;

/// <summary>The text of a function as a program for the parser, and where its parts are in what its author wrote. Immutable.</summary>
internal sealed class FunctionSource
{
    private readonly int _start;
    private readonly int _length;

    private FunctionSource(string before, string written, string after, bool isBody)
    {
        _start = before.Length;
        _length = written.Length;
        Text = before + written + after;
        IsBody = isBody;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Whether what the author wrote is a function's body; else it is a whole function.</summary>
    public bool IsBody { get; }

    /// <summary>Of a declared function, of which the author wrote the body.</summary>
    public static FunctionSource Of(ScriptFunction function) =>
        new($"(function {function.Name}({string.Join(", ", function.Parameters)}) {{", function.Body, "\n})", isBody: true);

    /// <summary>
    /// Of a function expression as design documents hold it. Behind an operator it is an expression, and yet there may be comments and
    /// semicolons around it, which there could not be between parentheses.
    /// </summary>
    public static FunctionSource Of(string expression) => new("!", expression, "\n", isBody: false);

    /// <summary>The place in what the author wrote of a place in the text; its ends for places outside of it.</summary>
    public int OffsetOf(int index) => Math.Clamp(index - _start, 0, _length);

    /// <summary>The same of a line, from 1, and a column, from 0, as the parser counts them.</summary>
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
}
