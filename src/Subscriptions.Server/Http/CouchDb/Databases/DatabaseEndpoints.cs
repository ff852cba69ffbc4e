using System.Globalization;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Databases;

/// <summary>Databases are created, described and dropped.</summary>
internal sealed class DatabaseEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes) =>
        routes.Add(CouchPlace.Database, "", ("DELETE", DropAsync), ("GET", GetAsync), ("HEAD", HeadAsync), ("PUT", CreateAsync));

    private async Task CreateAsync(CouchRequest request)
    {
        var name = Check(request.Path.Database);
        var (_, isCreated) = await databases.CreateAsync(name, Partitions(request.Query), new DatabaseSettings(), request.Aborted);
        if (!isCreated)
        {
            throw new CouchException(
                StatusCodes.Status412PreconditionFailed, "file_exists", "The database could not be created, the file already exists.");
        }

        request.Context.Response.Headers.Location = request.Locate("/" + Uri.EscapeDataString(name.Value));
        await request.AnswerOkAsync(StatusCodes.Status201Created);
    }

    private async Task GetAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        var statistics = await database.GetStatisticsAsync(request.Aborted);
        await request.AnswerAsync(StatusCodes.Status200OK, json => DatabaseDescription.Write(json, database, statistics));
    }

    private Task HeadAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        request.Context.Response.Head(StatusCodes.Status200OK);
        return Task.CompletedTask;
    }

    private async Task DropAsync(CouchRequest request)
    {
        // As with CouchDB: who meant a revision of a document left out the document.
        if (request.Query["rev"] is not null)
        {
            throw CouchException.BadRequest(
                "You tried to DELETE a database with a ?rev= parameter. Did you mean to DELETE a document instead?");
        }

        await databases.DropAsync(databases.Open(request).Info.Name.Value, request.Aborted);
        await request.AnswerOkAsync();
    }

    private static DatabaseName Check(string name)
    {
        try
        {
            return DatabaseName.Parse(name);
        }
        catch (InvalidInputException e)
        {
            var reason = name.Length > DatabaseName.MaxLength
                ? e.Message
                : $"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. "
                    + "Must begin with a letter.";
            throw new CouchException(StatusCodes.Status400BadRequest, "illegal_database_name", reason);
        }
    }

    private static int Partitions(CouchQuery query)
    {
        if (query["q"] is not { } text) return 1;
        var isCount = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= DatabaseLimits.MaxPartitions;
        return isCount ? count : throw CouchException.BadRequest($"The `q` parameter, the number of partitions, should be 1 to {DatabaseLimits.MaxPartitions}.");
    }
}
