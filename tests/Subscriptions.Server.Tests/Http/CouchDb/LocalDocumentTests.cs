using System.Net;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class LocalDocumentTests
{
    private const string Path = "/shop/_local/a.b_c%3D%3D";
    private const string Missing = """{"error":"not_found","reason":"missing"}""" + "\n";

    [Fact]
    public async Task Checkpoint_FromCreationToDeletion_AnswersAsCouchDbDoes()
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", Path));
        Assert.Equal("""{"ok":true,"id":"_local/a.b_c==","rev":"0-1"}""" + "\n", await couch.ExpectAsync(HttpStatusCode.Created, "PUT", Path, """{"last_seq":1.0}"""));
        Assert.Equal("""{"_id":"_local/a.b_c==","_rev":"0-1","last_seq":1.0}""" + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_local/a.b_c=="));
        await couch.ExpectAsync(HttpStatusCode.Conflict, "PUT", Path, "{}");
        await couch.ExpectAsync(HttpStatusCode.Conflict, "PUT", Path, """{"_rev":"0-7"}""");
        await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", Path, """{"_rev":"1-7"}""");
        Assert.Contains("\"0-2\"", await couch.ExpectAsync(HttpStatusCode.Created, "PUT", Path, """{"_id":"_local/a.b_c==","_rev":"0-1"}"""), StringComparison.Ordinal);
        await couch.ExpectAsync(HttpStatusCode.Conflict, "DELETE", Path);
        await couch.ExpectAsync(HttpStatusCode.Conflict, "DELETE", Path + "?rev=0-1");
        Assert.Equal("""{"ok":true,"id":"_local/a.b_c==","rev":"0-0"}""" + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", Path + "?rev=0-2"));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "DELETE", Path + "?rev=0-2"));
    }

    [Fact]
    public async Task Checkpoint_IsInNoListAndNoCount()
    {
        await using var couch = await CouchClient.StartAsync();
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", Path, "{}");

        Assert.Equal("{\"total_rows\":0,\"offset\":0,\"rows\":[\r\n]}\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs"));
        Assert.Contains("\"update_seq\":\"0\"", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("GET")]
    public async Task Checkpoint_IdTooLong_IsRefused(string method)
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync(method, "/shop/_local/" + new string('i', 513), method == "PUT" ? "{}" : null);

        Assert.Equal(method == "PUT" ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound, answer.Status);
    }
}
