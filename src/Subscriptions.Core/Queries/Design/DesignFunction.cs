using System.Text;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Design;

/// <summary>A function of a CouchDB design document that decides which changes a reader gets. Immutable and thread-safe.</summary>
public sealed class DesignFunction
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = DocumentLimits.MaxDepth };
    private static readonly byte[] NoRequest = "{}"u8.ToArray();

    private readonly IDesignProgram _program;

    private DesignFunction(string source, DesignFunctionKind kind, IDesignProgram program)
    {
        Source = source;
        Kind = kind;
        _program = program;
    }

    /// <summary>Its text.</summary>
    public string Source { get; }

    /// <summary>What it is for.</summary>
    public DesignFunctionKind Kind { get; }

    /// <summary>What one reader gets: each change as it is or null, or with an error where the function failed. Cheap.</summary>
    /// <param name="request">What a filter gets as <c>req</c>: one JSON object, or empty for an empty one. Must not be changed after the call.</param>
    /// <exception cref="ArgumentException">It is not one valid JSON object, or nests deeper than documents may.</exception>
    public IChangeView CreateFilter(ReadOnlyMemory<byte> request = default)
    {
        if (request.IsEmpty) request = NoRequest;
        else Check(request.Span);
        return new DesignFilter(this, _program.CreateReader(request));
    }

    /// <summary>Checks a function and prepares it.</summary>
    /// <exception cref="DesignFunctionException">It cannot be used: where and why.</exception>
    internal static DesignFunction Compile(string source, DesignFunctionKind kind, IScriptEngine? engine, QueryLimits limits)
    {
        if (engine is null) throw new DesignFunctionException(TextPosition.Start, "functions in JavaScript cannot be run here");
        var bytes = Encoding.UTF8.GetByteCount(source);
        if (bytes > limits.MaxTextBytes)
            throw new DesignFunctionException(TextPosition.Start, $"the function is {bytes} bytes long; a function has at most {limits.MaxTextBytes} (Limits:QueryBytes)");
        try
        {
            return new DesignFunction(source, kind, engine.CompileDesignFunction(source, kind, limits));
        }
        catch (ScriptSyntaxException e)
        {
            throw new DesignFunctionException(PositionOf(source, e.Place.Offset), e.Message);
        }
    }

    internal string Explain(ScriptException failure)
    {
        var name = Kind == DesignFunctionKind.Map ? "map function" : "filter function";
        return failure.Place is { } place ? $"{name}, line {PositionOf(Source, place.Offset).Line}: {failure.Message}" : $"{name}: {failure.Message}";
    }

    private static TextPosition PositionOf(string source, int offset)
    {
        var before = source.AsSpan(0, Math.Clamp(offset, 0, source.Length));
        return new TextPosition(1 + before.Count('\n'), before.Length - before.LastIndexOf('\n'));
    }

    private static void Check(ReadOnlySpan<byte> request)
    {
        try
        {
            var reader = new Utf8JsonReader(request, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ArgumentException("The request is not a JSON object.", nameof(request));
            while (reader.Read())
            {
                // All of it is to be valid, whatever of it the function looks at; of texts only reading them tells.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) _ = reader.GetString();
            }
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The request is not valid JSON at byte {e.BytePositionInLine}, or nests deeper than {Options.MaxDepth} levels.", nameof(request), e);
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException("The request has a string that is not valid Unicode.", nameof(request), e);
        }
    }
}
