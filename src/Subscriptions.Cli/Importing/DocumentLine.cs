using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Subscriptions.Client;

namespace Subscriptions.Cli.Importing;

/// <summary>
/// A document as a line: <c>{"id": …, "collection": …, "content": {…}, "expires_at": …}</c>. The content is taken as it stands, byte by
/// byte. Unknown members are refused: a misspelt <c>expires_at</c> would make a document live for ever.
/// </summary>
internal static class DocumentLine
{
    private const string Members = "id, collection, content and expires_at";

    /// <summary>True when nothing is on the line.</summary>
    public static bool IsBlank(in ImportLine line) => line.Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    /// <summary>Reads a line.</summary>
    /// <exception cref="BadLineException">It is no document; the message says why.</exception>
    public static DocumentOperation Parse(in ImportLine line)
    {
        try
        {
            return Read(line);
        }
        catch (JsonException e)
        {
            throw new BadLineException(line.Number, $"it is not JSON at byte {(e.BytePositionInLine ?? 0) + 1}: {FirstSentence(e.Message)}");
        }
    }

    private static DocumentOperation Read(in ImportLine line)
    {
        // Strings are read by the reader as if they were right; whether they are UTF-8 is asked once, for all.
        if (!Utf8.IsValid(line.Text.Span)) throw new BadLineException(line.Number, "it is not UTF-8");

        var reader = new Utf8JsonReader(line.Text.Span);
        var fields = new Fields(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new BadLineException(line.Number, $"it is {Describe(reader.TokenType)}; a line is one object with {Members}");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Read(ref reader);

        // Anything behind the object makes the reader throw.
        reader.Read();
        return fields.ToOperation();
    }

    // .NET appends a position of its own, counted from 0.
    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    private struct Fields(ImportLine line)
    {
        private string? _id;
        private string? _collection;
        private ReadOnlyMemory<byte>? _content;
        private DateTimeOffset? _expiresAt;
        private int _seen;

        public void Read(ref Utf8JsonReader reader)
        {
            var name = ReadString(ref reader, "the name of a member");
            reader.Read();
            switch (name)
            {
                case "id":
                    Once(1, name);
                    _id = Text(ref reader, name);
                    break;
                case "collection":
                    Once(2, name);
                    _collection = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, name);
                    break;
                case "content":
                    Once(4, name);
                    _content = Object(ref reader, name);
                    break;
                case "expires_at":
                    Once(8, name);
                    _expiresAt = reader.TokenType == JsonTokenType.Null ? null : Instant(Text(ref reader, name));
                    break;
                default:
                    throw Bad($"there is no member '{name}'; a line has {Members}");
            }
        }

        public readonly DocumentOperation ToOperation()
        {
            if (string.IsNullOrEmpty(_id)) throw Bad(_id is null ? "'id' is missing" : "'id' is empty");
            if (_content is not { } content) throw Bad("'content' is missing");
            return DocumentOperation.PutJson(_id, content, _collection) with { ExpiresAt = _expiresAt };
        }

        private void Once(int bit, string name)
        {
            if ((_seen & bit) != 0) throw Bad($"'{name}' stands there twice");
            _seen |= bit;
        }

        private readonly string Text(ref Utf8JsonReader reader, string name) =>
            reader.TokenType == JsonTokenType.String ? ReadString(ref reader, $"'{name}'") : throw Wrong(name, "a string", reader.TokenType);

        private readonly ReadOnlyMemory<byte> Object(ref Utf8JsonReader reader, string name)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw Wrong(name, "an object", reader.TokenType);
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return line.Text[start..(int)reader.BytesConsumed];
        }

        private readonly DateTimeOffset Instant(string text) =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                ? instant
                : throw Bad($"'expires_at' is '{text}'; it must be a time such as 2030-01-31T12:00:00Z");

        private readonly string ReadString(ref Utf8JsonReader reader, string what)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Escapes such as \ud800, which are half a character.
                throw Bad($"{what} holds an escape that is no character");
            }
        }

        private readonly BadLineException Wrong(string name, string wanted, JsonTokenType token) =>
            Bad($"'{name}' is {Describe(token)}; it must be {wanted}");

        private readonly BadLineException Bad(string reason) => new(line.Number, reason);
    }
}
