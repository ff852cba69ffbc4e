
namespace Subscriptions.Client;

/// <summary>How a <see cref="SubscriptionsClient"/> reaches its server. Read once, when the client is made.</summary>
public sealed class SubscriptionsClientOptions
{
    /// <summary>Where the server listens for gRPC: an absolute http or https address without a path.</summary>
    /// <value>Default: <c>http://127.0.0.1:50051</c>.</value>
    public Uri Address { get; set; } = new("http://127.0.0.1:50051");

    /// <summary>How long a connection may take to be established, from 100 ms to 5 minutes.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one request may take, from 100 ms to 1 hour. It holds for single requests only: workers and bulk writers live as long as
    /// they are needed.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often HTTP/2 pings the server while calls are open, from 1 second to 1 hour. A server that does not answer within the same time
    /// is given up, and its calls fail with <see cref="ServerUnavailableException"/>.
    /// </summary>
    /// <value>Default: 15 seconds.</value>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The largest message, in bytes, that is sent or taken, from 64 KiB to 128 MiB. It must hold the largest document of the databases in
    /// use, and 64 KiB more.
    /// </summary>
    /// <value>Default: 16 MiB; a server's documents have at most 3 MiB unless a database was created with more.</value>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Called once with the HTTP handler before it is used, to set certificates, proxies and the like.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    internal IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(SubscriptionsClientOptions));
        if (Address is null)
        {
            errors.Add(nameof(Address), "is missing; set it to the server's http or https address, such as http://127.0.0.1:50051");
        }
        else if (!Address.IsAbsoluteUri
            || (Address.Scheme != Uri.UriSchemeHttp && Address.Scheme != Uri.UriSchemeHttps)
            || Address.PathAndQuery is not "/")
        {
            errors.Add(nameof(Address), $"'{Address}' is not an absolute http or https address without a path");
        }

        errors.Range(nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        errors.Range(nameof(RequestTimeout), RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        errors.Range(nameof(KeepAliveInterval), KeepAliveInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        errors.Range(nameof(MaxMessageBytes), MaxMessageBytes, 64 * 1024, 128 * 1024 * 1024);
        return errors.ToList();
    }
}
