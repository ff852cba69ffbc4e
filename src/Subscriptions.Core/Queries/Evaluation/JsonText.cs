using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Texts as JSON.</summary>
internal static class JsonText
{
    /// <summary>A text as a JSON string, in which only what must be escaped is.</summary>
    public static byte[] Quote(string text) =>
        Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
}
