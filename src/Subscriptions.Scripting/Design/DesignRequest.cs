using System.Text.Json;
using Jint.Native;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Design;

/// <summary>What a filter function gets as <c>req</c>, taken apart once for a reader. Immutable and thread-safe.</summary>
internal sealed class DesignRequest
{
    private DesignRequest(IReadOnlyList<Member> members) => Members = members;

    /// <summary>Its properties; names are distinct.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>Takes a request apart.</summary>
    /// <param name="json">One JSON object, which is known to be valid.</param>
    public static DesignRequest Read(ReadOnlyMemory<byte> json)
    {
        var members = new Dictionary<string, Member>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span, JsonSource.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            members.TryAdd(name, Member.Read(name, json, ref reader));
        }

        return new DesignRequest([.. members.Values]);
    }

    /// <summary>A property of a request.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Primitive">Its value; null for an object or an array.</param>
    /// <param name="Json">The text of its object or array.</param>
    public readonly record struct Member(string Name, JsValue? Primitive, ReadOnlyMemory<byte> Json)
    {
        /// <summary>The property whose value the reader is at; leaves it at the value's last token.</summary>
        public static Member Read(string name, ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
        {
            var start = (int)reader.TokenStartIndex;
            var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (!isContainer) return new Member(name, JsonSource.Primitive(ref reader), default);

            reader.Skip();
            return new Member(name, null, json[start..(int)reader.BytesConsumed]);
        }
    }
}
