using System.Text;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>A value that is the same for every document. Immutable.</summary>
internal sealed class ConstantValue
{
    private readonly byte[] _text;

    private ConstantValue(ValueKind kind, string text = "")
    {
        Kind = kind;
        _text = Encoding.UTF8.GetBytes(text);
    }

    public static ConstantValue Null { get; } = new(ValueKind.Null);

    public static ConstantValue True { get; } = new(ValueKind.True);

    public static ConstantValue False { get; } = new(ValueKind.False);

    public ValueKind Kind { get; }

    public ReadOnlySpan<byte> Text => _text;

    public Value Value => new(Kind, _text);

    public static ConstantValue Of(bool value) => value ? True : False;

    public static ConstantValue OfString(string text) => new(ValueKind.String, text);

    /// <param name="text">A number by JSON's grammar.</param>
    public static ConstantValue OfNumber(string text) => new(ValueKind.Number, text);
}
