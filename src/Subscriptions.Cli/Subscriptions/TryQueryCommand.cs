using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription try</c>.</summary>
internal sealed class TryQueryCommand : DatabaseCommand
{
    private readonly Argument<string> _query = new("QUERY") { Description = "The query, as a subscription would have it." };
    private readonly Option<int> _limit = new Option<int>("--limit")
    {
        Description = "The most items, from 1 to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    }.Between(1, 1000);

    private readonly Option<TimeSpan?> _maxTime = DurationText.Option(
        "--max-time", "How long to look for them", "5s", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30));

    private readonly Option<string> _from = new("--from")
    {
        Description = $"Where to begin: {CursorText.Forms}.",
        HelpName = "POSITION",
        DefaultValueFactory = _ => "beginning",
    };

    private readonly Option<bool> _includeDeletes = new("--include-deletes") { Description = "Show deletions and expiries too." };
    private readonly Option<string[]> _parameters = ParameterOption.Create();

    public TryQueryCommand()
        : base(
            "try",
            "Shows what a subscription with this query would deliver. Nothing is stored.",
            "subs subscription try \"from Orders where Company = 'companies/11'\" -d shop",
            "subs subscription try \"from Orders where Total > $least select Total\" -d shop --param least=100 --limit 3")
    {
        Arguments.Add(_query);
        Options.Add(_limit);
        Options.Add(_maxTime);
        Options.Add(_from);
        Options.Add(_includeDeletes);
        Options.Add(_parameters);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var trial = new QueryTrial(run.Value(_query))
        {
            Parameters = ParameterOption.Read(run, _parameters) ?? string.Empty,
            IncludeDeletes = run.Value(_includeDeletes),
            Start = CursorText.Parse(run.Value(_from)!),
            MaxItems = run.Value(_limit),
        };
        if (run.Value(_maxTime) is { } maxTime) trial = trial with { MaxTime = maxTime };
        var result = await run.Client.Queries.TryAsync(database, trial, cancellationToken);
        if (run.Print.IsJson) WriteJson(run.Print, result);
        else await WriteTextAsync(run, result);
    }

    private static async Task WriteTextAsync(Invocation run, QueryTrialResult result)
    {
        new ItemText(run.Host.Terminal).Write(result.Items, result.Includes);
        await run.Print.FlushAsync();
        run.Print.Notice($"{Readable.Count(result.Items.Count, "item")} in {Readable.Count(result.Scanned, "change")}; {WhereItStopped(result)}");
    }

    private static string WhereItStopped(QueryTrialResult result) =>
        result.IsComplete ? "that is all there is" : $"there is more: go on with --from {result.ResumeToken}";

    private static void WriteJson(Printer print, QueryTrialResult result)
    {
        foreach (var item in result.Items) print.Json(json => ItemJson.Write(json, item));
        foreach (var document in result.Includes) print.Json(json => ItemJson.Write(json, document));
        print.Json(json =>
        {
            json.WriteNumber("items", result.Items.Count);
            json.WriteNumber("scanned", result.Scanned);
            json.WriteBoolean("complete", result.IsComplete);
            json.WriteString("resumeToken", result.ResumeToken);
        });
    }
}
