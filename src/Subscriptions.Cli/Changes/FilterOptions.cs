using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Changes;

/// <summary>The options that say which changes are shown; one of them at most.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string> _query = new("--filter") { Description = "Those that a query lets pass, as a subscription would have it.", HelpName = "QUERY" };
    private readonly Option<string[]> _parameters = ParameterOption.Create();
    private readonly Option<string> _selector = new("--selector") { Description = "Those that a CouchDB selector lets pass.", HelpName = "JSON" };
    private readonly Option<string> _collection = new("--collection") { Description = "Those of one collection.", HelpName = "C" };
    private readonly Option<string[]> _ids = new("--ids")
    {
        Description = "Those of these documents.",
        HelpName = "ID…",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Gives them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_query);
        command.Options.Add(_parameters);
        command.Options.Add(_selector);
        command.Options.Add(_collection);
        command.Options.Add(_ids);
    }

    /// <summary>What they say; null: all changes.</summary>
    /// <exception cref="UsageException">They contradict each other, or one is empty.</exception>
    public ChangeFilter? Read(Invocation run)
    {
        var given = new List<(string Name, Func<ChangeFilter> Filter)>();
        Add(_query, query => ChangeFilter.Query(query, ParameterOption.Read(run, _parameters) ?? string.Empty));
        Add(_selector, ChangeFilter.Selector);
        Add(_collection, ChangeFilter.Collection);
        if (run.Value(_ids) is { Length: > 0 } ids) given.Add((_ids.Name, () => ChangeFilter.Ids(ids)));

        if (given.Count > 1) throw new UsageException($"{given[0].Name} and {given[1].Name} exclude each other");
        if (run.Value(_parameters) is { Length: > 0 } && run.Value(_query) is null) throw new UsageException($"{_parameters.Name} needs {_query.Name}");
        return given.Count == 0 ? null : given[0].Filter();

        void Add(Option<string> option, Func<string, ChangeFilter> filter)
        {
            if (run.Value(option) is not { } value) return;
            if (value.Length == 0) throw new UsageException($"{option.Name} is empty");
            given.Add((option.Name, () => filter(value)));
        }
    }
}
