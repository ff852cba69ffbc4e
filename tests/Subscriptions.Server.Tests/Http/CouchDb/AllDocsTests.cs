using System.Net;
using System.Text.Json;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class AllDocsTests
{
    [Fact]
    public async Task AllDocs_Rows_StandOnLinesOfTheirOwn()
    {
        await using var couch = await CouchClient.StartAsync();
        Assert.Equal("{\"total_rows\":0,\"offset\":0,\"rows\":[\r\n]}\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs"));
        var b = await couch.PutAsync("b", """{"x":1}""");
        var a = await couch.PutAsync("a");

        Assert.Equal(
            $$$"""{"total_rows":2,"offset":0,"rows":[{{{"\r\n"}}}{"id":"a","key":"a","value":{"rev":"{{{a}}}"}},{{{"\r\n"}}}{"id":"b","key":"b","value":{"rev":"{{{b}}}"}}{{{"\r\n"}}}]}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs"));
        Assert.Equal(
            $$$"""{"total_rows":2,"offset":1,"rows":[{{{"\r\n"}}}{"id":"b","key":"b","value":{"rev":"{{{b}}}"},"doc":{"_id":"b","_rev":"{{{b}}}","x":1}}{{{"\r\n"}}}]}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?skip=1&include_docs=true"));
    }

    [Theory]
    [InlineData("", "_design/d a b c é 日")]
    [InlineData("?descending=true", "日 é c b a _design/d")]
    [InlineData("?limit=2&skip=1", "a b")]
    [InlineData("?limit=0", "")]
    [InlineData("?startkey=%22b%22", "b c é 日")]
    [InlineData("?start_key=%22b%22&end_key=%22c%22", "b c")]
    [InlineData("?startkey=%22b%22&endkey=%22c%22&inclusive_end=false", "b")]
    [InlineData("?startkey=%22c%22&endkey=%22a%22&descending=true", "c b a")]
    [InlineData("?startkey=%22c%22&endkey=%22a%22", "")]
    [InlineData("?startkey=%22a%22&endkey=%22a%EF%BF%B0%22", "a")]
    [InlineData("?key=%22b%22", "b")]
    [InlineData("?key=%22none%22", "")]
    [InlineData("?key=7", "")]
    [InlineData("?startkey=null&endkey={}", "_design/d a b c é 日")]
    [InlineData("?startkey={}", "")]
    [InlineData("?endkey=7", "")]
    [InlineData("?descending=true&startkey=[]&endkey=0", "日 é c b a _design/d")]
    [InlineData("?descending=true&startkey=0", "")]
    [InlineData("?descending=true&endkey={}", "")]
    public async Task AllDocs_Range_IsInTheOrderOfBytes(string query, string expected)
    {
        await using var couch = await StartAsync();

        Assert.Equal(expected, string.Join(' ', Ids(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs" + query))));
    }

    [Fact]
    public async Task AllDocs_Keys_AreAnsweredInTheirOrder()
    {
        await using var couch = await StartAsync();
        var rev = (await couch.SendAsync("HEAD", "/shop/b"))["ETag"]!.Trim('"');
        var gone = CouchClient.RevOf(await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop/b?rev=" + rev));
        const string Keys = """{"keys":["none","b",7,"a","a"]}""";

        var body = await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_all_docs", Keys);
        var lines = body.Split("\r\n");

        Assert.Equal("""{"key":"none","error":"not_found"},""", lines[1]);
        Assert.Equal($$$"""{"id":"b","key":"b","value":{"rev":"{{{gone}}}","deleted":true}},""", lines[2]);
        Assert.Equal("""{"key":7,"error":"not_found"},""", lines[3]);
        Assert.Equal(lines[4].TrimEnd(','), lines[5]);
        Assert.Contains("\"deleted\":true},\"doc\":null}", await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_all_docs?include_docs=true", Keys), StringComparison.Ordinal);
        Assert.Equal(3, (await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?keys=%5B%22a%22%5D")).Split("\r\n").Length);
        Assert.Equal(["c", "a"], Ids(await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_all_docs", """{"keys":["a","c"],"descending":true}""")));
        Assert.Contains("must be an array", await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_all_docs", """{"keys":1}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllDocs_ManyKeys_AreAllAnswered()
    {
        await using var couch = await StartAsync();
        var keys = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\""));

        using var answer = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_all_docs", "{\"keys\":[" + keys + "]}"));

        Assert.Equal(100_000, answer.RootElement.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task AllDocs_ManyDocuments_ComeInPagesWithoutGapOrRepeat()
    {
        await using var couch = await CouchClient.StartAsync();
        var ids = Enumerable.Range(0, 2500).Select(i => $"d{i:d5}").ToList();
        await couch.ExpectAsync(HttpStatusCode.Created, "POST", "/shop/_bulk_docs", "{\"docs\":[" + string.Join(',', ids.Select(i => $$"""{"_id":"{{i}}"}""")) + "]}");

        Assert.Equal(ids, Ids(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?include_docs=true")));
        Assert.Equal(ids[7..2100], Ids(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?skip=7&limit=2093")));
        ids.Reverse();
        Assert.Equal(ids, Ids(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?descending=true")));
    }

    [Fact]
    public async Task AllDocs_UpdateSeq_IsTheDatabases()
    {
        await using var couch = await StartAsync();
        using var info = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop"));

        var seq = info.RootElement.GetProperty("update_seq").GetString();

        Assert.StartsWith(
            $$"""{"total_rows":6,"update_seq":"{{seq}}","offset":0,"rows":[""",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_all_docs?update_seq=true"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?limit=x", "query_parse_error")]
    [InlineData("?skip=-1", "query_parse_error")]
    [InlineData("?include_docs=1", "query_parse_error")]
    [InlineData("?startkey=a", "invalid UTF-8 JSON")]
    [InlineData("?startkey=%22%5Cud800%22", "invalid UTF-8 JSON")]
    public async Task AllDocs_BadParameter_IsRefused(string query, string expected)
    {
        await using var couch = await StartAsync();

        Assert.Contains(expected, await couch.ExpectAsync(HttpStatusCode.BadRequest, "GET", "/shop/_all_docs" + query), StringComparison.Ordinal);
    }

    private static async Task<CouchClient> StartAsync()
    {
        var couch = await CouchClient.StartAsync();
        foreach (var id in new[] { "c", "%E6%97%A5", "a", "%C3%A9", "_design/d", "b" }) await couch.PutAsync(id);
        return couch;
    }

    private static List<string> Ids(string body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
    }
}
