using System.Runtime.CompilerServices;

namespace Subscriptions.Client;

/// <summary>Reads lists that come in pages.</summary>
internal static class Pages
{
    /// <summary>All items of all pages, each page asked for when the one before it is used up.</summary>
    /// <exception cref="ProtocolViolationException">The server names the page that it just sent as the next one.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<string, CancellationToken, Task<Page<T>>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var token = string.Empty;
        do
        {
            var page = await read(token, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            if (page.NextToken.Length > 0 && page.NextToken == token)
            {
                throw Faults.Protocol($"it sent page '{token}' of a list and named the same page as the next one");
            }

            token = page.NextToken;
        }
        while (token.Length > 0);
    }
}
