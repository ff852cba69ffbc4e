using Subscriptions.Server.Http.CouchDb.Routing;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class CouchPathTests
{
    [Theory]
    [InlineData("/", CouchPlace.Server, "", "", "")]
    [InlineData("/?x=/a/b", CouchPlace.Server, "", "", "")]
    [InlineData("*", CouchPlace.Server, "", "", "")]
    [InlineData("http://example.org", CouchPlace.Server, "", "", "")]
    [InlineData("http://example.org/db/_changes?since=0", CouchPlace.Database, "db", "_changes", "")]
    [InlineData("/_up", CouchPlace.Server, "", "_up", "")]
    [InlineData("/_node/_local/_config", CouchPlace.Server, "", "_node", "_local/_config")]
    [InlineData("/db", CouchPlace.Database, "db", "", "")]
    [InlineData("/db/", CouchPlace.Database, "db", "", "")]
    [InlineData("//db//_all_docs/", CouchPlace.Database, "db", "_all_docs", "")]
    [InlineData("/a%2Fb", CouchPlace.Database, "a/b", "", "")]
    [InlineData("/a%2fb/c%2Fd", CouchPlace.Document, "a/b", "c/d", "")]
    [InlineData("/db/a+b%20c%2B", CouchPlace.Document, "db", "a+b c+", "")]
    [InlineData("/db/%C3%A9", CouchPlace.Document, "db", "é", "")]
    [InlineData("/db/100%", CouchPlace.Document, "db", "100%", "")]
    [InlineData("/db/%zz%4", CouchPlace.Document, "db", "%zz%4", "")]
    [InlineData("/db/..", CouchPlace.Document, "db", "..", "")]
    [InlineData("/db/%2e%2e%2Fetc", CouchPlace.Document, "db", "../etc", "")]
    [InlineData("/db/id/photo.png", CouchPlace.Attachment, "db", "id", "photo.png")]
    [InlineData("/db/id/a/b", CouchPlace.Attachment, "db", "id", "a/b")]
    [InlineData("/db/_design/app", CouchPlace.Document, "db", "_design/app", "")]
    [InlineData("/db/_design%2Fapp", CouchPlace.Document, "db", "_design/app", "")]
    [InlineData("/db/_design/app/_view/all", CouchPlace.Attachment, "db", "_design/app", "_view/all")]
    [InlineData("/db/_design%2Fapp/_view/all", CouchPlace.Attachment, "db", "_design/app", "_view/all")]
    [InlineData("/db/_local/a.b_c%3D%3D", CouchPlace.Local, "db", "a.b_c==", "")]
    [InlineData("/db/_local%2Fa.b_c==", CouchPlace.Local, "db", "a.b_c==", "")]
    [InlineData("/db/_local", CouchPlace.Database, "db", "_local", "")]
    [InlineData("/db/_design", CouchPlace.Database, "db", "_design", "")]
    public void Parse_Target_NamesAPlace(string target, object place, string database, string name, string rest) =>
        Assert.Equal(new CouchPath((CouchPlace)place, database, name, rest), CouchPath.Parse(target));

    [Theory]
    [InlineData("/db/%ff")]
    [InlineData("/db/%ED%A0%80")]
    [InlineData("/%C3")]
    public void Parse_NotUtf8_IsRefused(string target) => Assert.Null(CouchPath.Parse(target));
}
