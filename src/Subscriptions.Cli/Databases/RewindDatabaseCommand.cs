using System.CommandLine;
using System.Globalization;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db rewind</c>. Asks in a terminal, because it cannot be undone; scripts are not asked.</summary>
internal sealed class RewindDatabaseCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };
    private readonly Option<int> _partition = new Option<int>("--partition")
    {
        Description = "The partition, from 0.",
        HelpName = "P",
        Required = true,
    }.Between(0, 1023);

    private readonly Option<long> _to = new Option<long>("--to")
    {
        Description = "The newest change that stays; 0: none.",
        HelpName = "SEQNO",
        Required = true,
    }.Between(0, long.MaxValue);

    private readonly Option<bool> _deleteUnknown = new("--delete-unknown")
    {
        Description = "Deletes documents of which the version of then is not kept. Otherwise they keep the partition from being rewound.",
    };

    private readonly Option<bool> _yes = Confirmation.Option();

    public RewindDatabaseCommand()
        : base(
            "rewind",
            "Undoes the changes of a partition above a seqno: its history goes on from there in a new branch. Cannot be undone.",
            "subs db rewind shop --partition 0 --to 1200")
    {
        Arguments.Add(_name);
        Options.Add(_partition);
        Options.Add(_to);
        Options.Add(_deleteUnknown);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var (name, partition, to) = (run.Value(_name), run.Value(_partition), run.Value(_to));
        await Confirmation.AskAsync(
            run, run.Value(_yes), () => QuestionAsync(run, name, partition, to, cancellationToken), $"database '{name}' was kept", cancellationToken);

        var result = await run.Client.Databases.RewindAsync(name, partition, to, run.Value(_deleteUnknown), cancellationToken);
        var text = string.Create(CultureInfo.InvariantCulture, $"partition {partition} of '{name}' rewound to {to}: ")
            + $"{Readable.Number(result.RestoredDocuments)} restored, {Readable.Number(result.RemovedDocuments)} removed, "
            + $"{Readable.Number(result.DeletedDocuments)} deleted";
        run.Print.Done(text, json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("partition", partition);
            json.WriteNumber("to", to);
            json.WriteNumber("restored", result.RestoredDocuments);
            json.WriteNumber("removed", result.RemovedDocuments);
            json.WriteNumber("deleted", result.DeletedDocuments);
        });
    }

    private static async Task<string> QuestionAsync(Invocation run, string name, int partition, long to, CancellationToken cancellationToken)
    {
        var database = await run.Client.Databases.GetAsync(name, cancellationToken);
        var high = database.Partitions.FirstOrDefault(p => p.Partition == partition)?.HighSeqno ?? 0;
        return $"Undo the changes {Readable.Number(to + 1)} to {Readable.Number(high)} of partition {partition} of '{Readable.Text(name)}' for good?";
    }
}
