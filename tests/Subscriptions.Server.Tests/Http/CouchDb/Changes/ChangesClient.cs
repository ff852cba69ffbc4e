using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

/// <summary>A server with a database "shop", and readers of its changes.</summary>
internal sealed partial class ChangesClient : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private ChangesClient(CouchClient couch) => Couch = couch;

    public CouchClient Couch { get; }

    public Database Shop => Couch.Fixture.Server.Engine.Databases.Get("shop");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<ChangesClient> StartAsync(Func<Task<ServerFixture>>? start = null) => new(await CouchClient.StartAsync("shop", start));

    public async Task PutAsync(string id, string content = "{}") => await Shop.WriteAsync(
        [new DocumentWrite { Kind = WriteKind.Put, Id = id, Content = Encoding.UTF8.GetBytes(content) }], Cancelled);

    public async Task DeleteAsync(string id) => await Shop.DeleteDocumentAsync(id, ExpectedRevision.Any, Cancelled);

    /// <summary>A feed's whole answer, with positions and revisions replaced by what of them can be known: <c>5-*</c>.</summary>
    public async Task<string> GetAsync(string query = "", string method = "GET", string? body = null) =>
        Plain(await Couch.ExpectAsync(HttpStatusCode.OK, method, "/shop/_changes" + query, body));

    /// <summary>The ids of a feed's rows.</summary>
    public async Task<string> IdsAsync(string query = "", string method = "GET", string? body = null) =>
        string.Join(' ', Id().Matches(await GetAsync(query, method, body)).Select(m => m.Groups[1].Value));

    /// <summary>A feed that goes on.</summary>
    public async Task<ChangesReader> FollowAsync(string query, params string[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Couch.Fixture.Server.Http, "/shop/_changes" + query));
        for (var i = 0; i < headers.Length; i += 2) request.Headers.TryAddWithoutValidation(headers[i], headers[i + 1]);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled).Within();
        return new ChangesReader(request, response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled).Within()));
    }

    public static string Plain(string text) => Opaque().Replace(text, "-*");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Couch.DisposeAsync();
    }

    [GeneratedRegex("(?<=\"\\d+)-[A-Za-z0-9_-]{8,}(?=\")")]
    private static partial Regex Opaque();

    [GeneratedRegex("\"id\":\"([^\"]*)\"")]
    private static partial Regex Id();
}

/// <summary>An answer that comes bit by bit.</summary>
internal sealed class ChangesReader(HttpRequestMessage request, HttpResponseMessage response, StreamReader text) : IDisposable
{
    public HttpResponseMessage Response => response;

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> LineAsync() =>
        await text.ReadLineAsync(TestContext.Current.CancellationToken).Within() is { } line ? ChangesClient.Plain(line) : null;

    /// <summary>The next line as it is.</summary>
    public async Task<string?> RawLineAsync() => await text.ReadLineAsync(TestContext.Current.CancellationToken).Within();

    public void Dispose()
    {
        text.Dispose();
        response.Dispose();
        request.Dispose();
    }
}
