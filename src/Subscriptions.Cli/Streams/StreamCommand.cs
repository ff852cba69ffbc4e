using System.CommandLine;
using Subscriptions.Cli.Changes;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary><c>subs stream</c>.</summary>
internal sealed class StreamCommand : DatabaseCommand
{
    private const string Beginning = "0";
    private const string Now = "now";

    // Somebody watches, or a script waits: sooner than a service needs it.
    private static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(5);

    private readonly Option<string> _from = new("--from-token")
    {
        Description = "Where to begin: the token that an earlier stream, a feed or a subscription gave; 0 or now.",
        HelpName = "T",
        DefaultValueFactory = _ => Beginning,
    };

    private readonly Option<bool> _toLatest = new("--to-latest") { Description = "End when everything that exists was shown." };
    private readonly Option<int[]> _partitions = new("--partition")
    {
        Description = "Only these partitions.",
        HelpName = "P…",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly FilterOptions _filter = new();
    private readonly Option<bool> _noContent = new("--no-content") { Description = "Without the documents." };
    private readonly Option<int> _retrySeconds = new Option<int>("--retry-seconds")
    {
        Description = "How long to try to reconnect after a connection was lost, from 0 to 86400.",
        HelpName = "N",
        DefaultValueFactory = _ => 300,
    }.Between(0, 86_400);

    public StreamCommand()
        : base(
            "stream",
            "Prints a database's log, partition by partition: snapshots, changes, and where history was taken back. Ends with a token to go on from.",
            "subs stream -d shop",
            "subs stream -d shop --to-latest --json | jq -r 'select(.type == \"mutation\").id'",
            "subs stream -d shop --from-token $TOKEN --partition 0 1 --no-content")
    {
        Options.Add(_from);
        Options.Add(_toLatest);
        Options.Add(_partitions);
        _filter.AddTo(this);
        Options.Add(_noContent);
        Options.Add(_retrySeconds);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var from = run.Value(_from)!;
        if (from.Length == 0) throw new UsageException($"{_from.Name} is empty");
        var options = OptionsOf(run, database);

        // A consumer would go on trying to reach a server that was never there; a person who mistyped its address wants to know at once.
        await run.Client.Databases.GetAsync(database, cancellationToken);
        if (from == Now)
        {
            // As a token: partitions that say nothing meanwhile have a place at the end, too.
            var page = await run.Client.Changes.GetAsync(database, new ChangesOptions { Since = Now, Limit = 1 }, cancellationToken);
            from = page.ResumeToken;
        }

        options.Since = from;
        IStreamOutput output = run.Print.IsJson
            ? new JsonStreamOutput(run.Print, run.Server)
            : new TextStreamOutput(run.Host.Terminal, run.Print, run.Server);
        await ShowAsync(run, options, new StreamShow(output, run.Print), output, cancellationToken);
    }

    private static async Task ShowAsync(
        Invocation run, PartitionConsumerOptions options, StreamShow show, IStreamOutput output, CancellationToken cancellationToken)
    {
        options.OnEvent = output.Show;
        try
        {
            await using var consumer = run.Client.Streams.OpenConsumer(options, show);
            await consumer.RunAsync(cancellationToken);
            output.Over(show.Count, await PlaceAsync(run, options.Since, show), isComplete: true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Over(show.Count, await PlaceAsync(run, options.Since, show), isComplete: false);

            // There is no other way to end a stream that goes on, so this one is good.
            if (options.ToLatest) throw;
        }
        catch (SubscriptionsException) when (show.Tokens.Any())
        {
            await TellPlaceAsync(run, options.Since, show, output);
            throw;
        }
        finally
        {
            await run.Print.FlushAsync();
        }
    }

    // What was printed does not count less for what happened then.
    private static async Task TellPlaceAsync(Invocation run, string from, StreamShow show, IStreamOutput output)
    {
        try
        {
            output.Over(show.Count, await PlaceAsync(run, from, show), isComplete: false);
        }
        catch (SubscriptionsException)
        {
            // Only the server makes one token of several, and that is gone. In JSON each line has its own.
            return;
        }
    }

    // The user wants to go on from here, whatever interrupted the command.
    private static async Task<string> PlaceAsync(Invocation run, string from, StreamShow show)
    {
        string[] tokens = from == Beginning ? [.. show.Tokens] : [from, .. show.Tokens];
        return tokens switch
        {
            [] => Beginning,
            [var only] => only,
            _ => await run.Client.Streams.CombineResumeTokensAsync(tokens, CancellationToken.None),
        };
    }

    private PartitionConsumerOptions OptionsOf(Invocation run, string database) => new(database, "subs")
    {
        ToLatest = run.Value(_toLatest),
        Partitions = run.Value(_partitions) is { Length: > 0 } some ? CheckPartitions(some) : null,
        Filter = _filter.Read(run),
        NoContent = run.Value(_noContent),
        TokenOnEveryChange = true,

        // Lines come one after the other.
        MaxParallelHandlers = 1,
        MaxErroneousPeriod = TimeSpan.FromSeconds(run.Value(_retrySeconds)),
        MaxReconnectDelay = MaxReconnectDelay,
    };

    private int[] CheckPartitions(int[] partitions) =>
        partitions.Min() >= 0 ? partitions : throw new UsageException($"{_partitions.Name} is {partitions.Min()}; partitions are numbered from 0");
}
