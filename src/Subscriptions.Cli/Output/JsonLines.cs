using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Subscriptions.Cli.Output;

/// <summary>Writes one JSON object a line. Not thread-safe.</summary>
internal sealed class JsonLines(TextWriter output)
{
    // Not for HTML: what is no ASCII stays readable. Documents' content is written as it is, and was checked by the server.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    /// <summary>Writes an object.</summary>
    /// <param name="members">Writes its members.</param>
    public void Write(Action<Utf8JsonWriter> members)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        var characters = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(_buffer.WrittenCount) + 1);
        var count = Encoding.UTF8.GetChars(_buffer.WrittenSpan, characters);
        characters[count++] = '\n';
        output.Write(characters, 0, count);
        ArrayPool<char>.Shared.Return(characters);
    }
}
