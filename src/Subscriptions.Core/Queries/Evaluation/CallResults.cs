using System.Text.Json;
using Subscriptions.Core.Queries.Projections;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>The results of calls while one document is looked at, each in memory of its own. Not thread-safe.</summary>
/// <param name="count">How many calls a query compares the results of.</param>
/// <param name="maxBytes">The largest result.</param>
internal sealed class CallResults(int count, int maxBytes)
{
    private readonly ResultBuffer?[] _buffers = new ResultBuffer?[count];

    /// <exception cref="EvaluationException">The function failed on the document.</exception>
    public Value Read(ScriptSession scripts, ScriptCall call, int number)
    {
        var buffer = _buffers[number] ??= new ResultBuffer(maxBytes);
        buffer.Clear();
        scripts.Write(call, buffer);

        var reader = new Utf8JsonReader(buffer.Written);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => new Value(ValueKind.String, reader.ValueIsEscaped ? Plain(ref reader) : reader.ValueSpan),
            JsonTokenType.Number => new Value(ValueKind.Number, reader.ValueSpan),
            JsonTokenType.True => new Value(ValueKind.True, default),
            JsonTokenType.False => new Value(ValueKind.False, default),
            JsonTokenType.StartObject => new Value(ValueKind.Object, default),
            JsonTokenType.StartArray => new Value(ValueKind.Array, default),
            _ => default,
        };
    }

    private static ReadOnlySpan<byte> Plain(scoped ref Utf8JsonReader reader)
    {
        var plain = new byte[reader.ValueSpan.Length];
        return plain.AsSpan(0, reader.CopyString(plain));
    }
}
