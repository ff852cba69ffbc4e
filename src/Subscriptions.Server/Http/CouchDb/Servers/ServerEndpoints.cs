using System.Globalization;
using System.Security.Cryptography;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;
using Subscriptions.Server.Telemetry;

namespace Subscriptions.Server.Http.CouchDb.Servers;

/// <summary>What the server says of itself, and identifiers for those who need some.</summary>
/// <param name="identity">Which server this is: 32 hex digits, the same for as long as its data lives.</param>
internal sealed class ServerEndpoints(string identity) : ICouchEndpoints
{
    /// <summary>The version of CouchDB whose behaviour clients may expect.</summary>
    public const string CouchVersion = "3.3.3";

    private const int MostUuids = 1000;
    private const int UuidDigits = 32;

    /// <inheritdoc />
    public void Map(CouchRouteTable routes)
    {
        routes.Add(CouchPlace.Server, "", ("GET", WelcomeAsync), ("HEAD", WelcomeAsync));
        routes.Add(CouchPlace.Server, "_up", ("GET", UpAsync), ("HEAD", UpAsync));
        routes.Add(CouchPlace.Server, "_uuids", ("GET", UuidsAsync), ("HEAD", UuidsAsync));
    }

    /// <summary>A fresh identifier: 32 hex digits.</summary>
    public static string NewUuid() => RandomNumberGenerator.GetHexString(UuidDigits, lowercase: true);

    private Task WelcomeAsync(CouchRequest request) => request.AnswerAsync(StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("couchdb"u8, "Welcome"u8);
        json.WriteString("version"u8, CouchVersion);
        json.WriteString("uuid"u8, identity);
        json.WriteStartArray("features"u8);
        json.WriteEndArray();
        json.WriteStartObject("vendor"u8);
        json.WriteString("name"u8, "Subscriptions"u8);
        json.WriteString("version"u8, ServerTelemetry.Version);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static Task UpAsync(CouchRequest request) => request.AnswerAsync(StatusCodes.Status200OK, """{"status":"ok","seeds":{}}"""u8.ToArray());

    private static Task UuidsAsync(CouchRequest request)
    {
        var text = request.Query["count"] ?? "1";
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw CouchException.BadParameter($"Invalid value for integer: \"{text}\"");
        if (count > MostUuids) throw CouchException.BadRequest("count parameter too large");

        return request.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("uuids"u8);
            for (var i = 0; i < count; i++) json.WriteStringValue(NewUuid());
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
