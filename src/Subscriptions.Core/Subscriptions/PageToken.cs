using System.Buffers.Text;
using System.Text;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// What tells a caller where the next page begins, and nothing else: the last thing of the page before, so that what is added or removed
/// meanwhile moves nothing to another page.
/// </summary>
internal static class PageToken
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The token of a page that ends with <paramref name="last"/>.</summary>
    public static string Write(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last));

    /// <summary>What the page before ended with; empty: there was none.</summary>
    /// <exception cref="InvalidInputException">It is no token.</exception>
    public static string Read(string token)
    {
        try
        {
            return StrictUtf8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new InvalidInputException("page_token", token, "is not a token that this server gave out with a page");
        }
    }
}
