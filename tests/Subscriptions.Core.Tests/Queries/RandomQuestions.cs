using System.Globalization;
using System.Text;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>Random conditions and documents that have enough in common for conditions to hold about as often as not.</summary>
internal sealed class RandomQuestions(Random random)
{
    private static readonly string[] Names = ["a", "b", "c", "é\"", ""];
    private static readonly string[] Texts = ["", "a", "ab", "b\n", "é", "\uffff", "😀", "orders/1"];
    private static readonly string[] Patterns = ["a", "^b", "\\d$", "(.)\\1", "[^a-z]", "é|b"];

    private static readonly string[] Numbers =
    [
        "0", "-0", "0.0", "1", "1.0", "10e-1", "-1", "2", "1.5", "15E-1", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "123456789012345678", "1234567890123456789", "1e18", "1e40", "-1e40", "1e-40", "0.1", "0.10000000000000000000000000000000000001",
    ];

    public Expression Condition(int depth)
    {
        if (depth == 0 || random.Next(4) == 0) return Leaf();
        return random.Next(3) switch
        {
            0 => new NotExpression(Condition(depth - 1)),
            1 => new AndExpression([Condition(depth - 1), Condition(depth - 1)]),
            _ => new OrExpression([Condition(depth - 1), Condition(depth - 1), Condition(depth - 1)]),
        };
    }

    public string Document()
    {
        var json = new StringBuilder();
        WriteObject(json, 4);
        return json.ToString();
    }

    private Expression Leaf() => random.Next(7) switch
    {
        0 => new InExpression(Operand(mayHaveElements: true), [Constant(), Constant(), Constant()]),
        1 => new BetweenExpression(Operand(mayHaveElements: true), Constant(), Constant()),
        2 => new ExistsExpression(Path(mayHaveElements: true)),
        3 => new TextExpression((TextFunction)random.Next(3), Operand(mayHaveElements: true), new StringLiteral(Pick(Texts))),
        4 => new TextExpression(TextFunction.Regex, Operand(mayHaveElements: true), new StringLiteral(Pick(Patterns))),
        5 => new ComparisonExpression(Operand(mayHaveElements: false), Comparison(), Operand(mayHaveElements: true)),
        _ => new ComparisonExpression(Operand(mayHaveElements: true), Comparison(), Operand(mayHaveElements: false)),
    };

    private ComparisonOperator Comparison() => (ComparisonOperator)random.Next(6);

    private Operand Operand(bool mayHaveElements) => random.Next(6) switch
    {
        0 => Constant(),
        1 => random.Next(3) == 0 ? new DocumentId() : Constant(),
        _ => Path(mayHaveElements),
    };

    private Constant Constant() => random.Next(5) switch
    {
        0 or 1 => new NumberLiteral(Pick(Numbers)),
        2 or 3 => new StringLiteral(Pick(Texts)),
        _ => random.Next(3) switch
        {
            0 => new NullLiteral(),
            var n => new BooleanLiteral(n == 1),
        },
    };

    private PathOperand Path(bool mayHaveElements)
    {
        var steps = new List<PathStep>();
        for (var length = random.Next(10) == 0 ? 0 : random.Next(1, 4); length > 0; length--)
        {
            steps.Add(new PathStep(Pick(Names)));
            while (mayHaveElements && random.Next(3) == 0) steps.Add(PathStep.Elements);
        }

        return new PathOperand("x", [.. steps]);
    }

    private void WriteValue(StringBuilder json, int depth)
    {
        switch (depth == 0 ? random.Next(4) : random.Next(8))
        {
            case 0:
                json.Append(Pick(["null", "true", "false"]));
                break;
            case 1 or 2:
                json.Append(Pick(Numbers));
                break;
            case 3:
                WriteText(json, Pick(Texts));
                break;
            case 4 or 5:
                WriteArray(json, depth - 1);
                break;
            default:
                WriteObject(json, depth - 1);
                break;
        }
    }

    private void WriteObject(StringBuilder json, int depth)
    {
        json.Append('{');
        for (var (i, count) = (0, random.Next(6)); i < count; i++)
        {
            if (i > 0) json.Append(',');
            WriteText(json, Pick(Names));
            json.Append(Pick([":", " : "]));
            WriteValue(json, depth);
        }

        json.Append('}');
    }

    private void WriteArray(StringBuilder json, int depth)
    {
        json.Append('[');
        for (var (i, count) = (0, random.Next(4)); i < count; i++)
        {
            if (i > 0) json.Append(", ");
            WriteValue(json, depth);
        }

        json.Append(']');
    }

    private void WriteText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or < ' ' || random.Next(4) == 0) json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else if (char.IsSurrogate(c)) json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else json.Append(c);
        }

        json.Append('"');
    }

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
