using Google.Protobuf.WellKnownTypes;

namespace Subscriptions.Client;

/// <summary>Tries queries before subscriptions are made of them. Thread-safe.</summary>
public sealed class QueriesClient
{
    private readonly UnaryCaller _caller;
    private readonly V1.QueryService.QueryServiceClient _stub;

    internal QueriesClient(UnaryCaller caller)
    {
        _caller = caller;
        _stub = new V1.QueryService.QueryServiceClient(caller.Invoker);
    }

    /// <summary>
    /// Runs a query over what a database has until a limit is reached. Nothing is stored. <see cref="SubscriptionsClientOptions.RequestTimeout"/>
    /// should be longer than <see cref="QueryTrial.MaxTime"/>.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="trial">The query and its limits.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidQueryException">The query cannot be parsed.</exception>
    /// <exception cref="InvalidRequestException">A limit is outside its range.</exception>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    public async Task<QueryTrialResult> TryAsync(string database, QueryTrial trial, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trial.MaxItems, nameof(trial));
        var request = new V1.TryQueryRequest
        {
            Database = database,
            Query = trial.Query,
            Parameters = trial.Parameters,
            IncludeDeletes = trial.IncludeDeletes,
            Start = trial.Start?.Wire,
            MaxItems = trial.MaxItems,
            MaxTime = trial.MaxTime.ToDuration(),
        };
        var response = await _caller.CallAsync(_stub.TryQueryAsync, request, cancellationToken).ConfigureAwait(false);
        return new QueryTrialResult(
            [.. response.Items.Select(item => new SubscriptionItem(item))],
            [.. response.Includes.Select(document => new IncludedDocument(document))],
            response.Scanned,
            response.IsComplete,
            response.ResumeToken);
    }
}
