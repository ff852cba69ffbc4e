using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

/// <summary>A server, and a client of its HTTP port that sends exactly what it is told to.</summary>
internal sealed class CouchClient : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private CouchClient(ServerFixture fixture) => Fixture = fixture;

    public ServerFixture Fixture { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts a server, with a database unless its name is null.</summary>
    public static async Task<CouchClient> StartAsync(string? database = "shop", Func<Task<ServerFixture>>? start = null)
    {
        var client = new CouchClient(await (start?.Invoke() ?? ServerFixture.StartAsync()));
        if (database is not null) await client.ExpectAsync(HttpStatusCode.Created, "PUT", "/" + database);
        return client;
    }

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The target; not normalised.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="headers">Name and value in turn. Content-Type is application/json unless it is given.</param>
    public async Task<CouchAnswer> SendAsync(string method, string path, string? body = null, params string[] headers) =>
        await SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Sends a request whose body may be anything.</summary>
    public async Task<CouchAnswer> SendAsync(string method, string path, byte[]? body, params string[] headers)
    {
        var target = new Uri(Fixture.Server.Http.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        for (var i = 0; i < headers.Length; i += 2)
        {
            if (headers[i] == "Content-Type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(headers[i + 1]);
            else if (!request.Headers.TryAddWithoutValidation(headers[i], headers[i + 1])) request.Content!.Headers.TryAddWithoutValidation(headers[i], headers[i + 1]);
        }

        using var response = await _http.SendAsync(request, Cancelled).Within();
        var text = await response.Content.ReadAsStringAsync(Cancelled).Within();
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new CouchAnswer(response.StatusCode, text, all);
    }

    /// <summary>Sends a request that must be answered with a status; returns the body.</summary>
    public async Task<string> ExpectAsync(HttpStatusCode status, string method, string path, string? body = null, params string[] headers)
    {
        var answer = await SendAsync(method, path, body, headers);
        Assert.True(status == answer.Status, $"{method} {path}: {(int)answer.Status} {answer.Body}");
        return answer.Body;
    }

    /// <summary>The revision in the answer to a write.</summary>
    public static string RevOf(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("rev").GetString()!;
    }

    /// <summary>Puts a document; returns its revision.</summary>
    public async Task<string> PutAsync(string id, string content = "{}") =>
        RevOf(await ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/" + id, content));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Fixture.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record CouchAnswer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header's value; null when it is absent.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);
}
