using System.Globalization;
using System.Text;

namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>The encoding of addresses.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a part of an address. A plus is a plus; what is no encoding stands for itself.</summary>
    /// <exception cref="DecoderFallbackException">What was encoded is not UTF-8.</exception>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;

        var source = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[source.Length];
        var length = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var isEncoded = source[i] == '%' && i + 2 < source.Length
                && byte.TryParse(source.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]);
            if (isEncoded) i += 2;
            else bytes[length] = source[i];
            length++;
        }

        return StrictUtf8.GetString(bytes, 0, length);
    }
}
