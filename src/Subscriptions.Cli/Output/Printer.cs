using System.Text.Json;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Output;

/// <summary>Writes a command's results: for people, or one JSON object a line for programs.</summary>
internal sealed class Printer
{
    // Events come from other threads than results; both may end up in one terminal, but each on lines of its own.
    private readonly Lock _noticing = new();
    private readonly Terminal _terminal;
    private readonly JsonLines _results;
    private readonly JsonLines _notices;

    public Printer(Terminal terminal, bool json)
    {
        _terminal = terminal;
        IsJson = json;
        _results = new JsonLines(terminal.Output);
        _notices = new JsonLines(terminal.Error);
    }

    /// <summary>True when programs read the output.</summary>
    public bool IsJson { get; }

    /// <summary>True when a person reads the notices in a terminal, where a progress bar makes sense.</summary>
    public bool HasProgress => !IsJson && _terminal.Traits.IsErrorTerminal;

    /// <summary>Writes a list.</summary>
    public void List<T>(View<T> view, IReadOnlyList<T> items)
    {
        if (IsJson)
        {
            foreach (var item in items) _results.Write(json => view.WriteJson(json, item));
        }
        else if (items.Count == 0)
        {
            Notice(view.None);
        }
        else
        {
            var rows = items.Select(item => view.Columns.Select(column => Readable.Text(column.Value(item))).ToArray());
            TextTable.Write(_terminal, [.. view.Columns.Select(column => (column.Title, column.IsNumber))], [.. rows]);
        }
    }

    /// <summary>Writes one thing with all that is known of it.</summary>
    public void One<T>(View<T> view, T item)
    {
        if (IsJson)
        {
            _results.Write(json => view.WriteJson(json, item));
            return;
        }

        var details = view.Details(item).ToList();
        var width = details.Max(detail => detail.Name.Length) + 2;
        foreach (var (name, value) in details)
        {
            _terminal.Result(name.PadRight(width), Tone.Quiet);
            _terminal.Output.WriteLine(Readable.Text(value));
        }
    }

    /// <summary>Writes what was done.</summary>
    /// <param name="text">For people.</param>
    /// <param name="members">For programs.</param>
    public void Done(string text, Action<Utf8JsonWriter> members)
    {
        if (IsJson) _results.Write(members);
        else _terminal.Output.WriteLine(Readable.Text(text));
    }

    /// <summary>Writes one JSON object, whoever reads.</summary>
    public void Json(Action<Utf8JsonWriter> members) => _results.Write(members);

    /// <summary>Writes text that is a result as it stands. In a terminal, without what that would obey.</summary>
    public void Text(string text) =>
        _terminal.Output.WriteLine(_terminal.Traits.IsOutputTerminal ? Readable.Lines(text) : text);

    /// <summary>Tells a person something that is no result. Programs are not told.</summary>
    public void Notice(string text)
    {
        if (IsJson) return;
        lock (_noticing) _terminal.NoticeLine(Readable.Text(text), Tone.Quiet);
    }

    /// <summary>Tells what happened meanwhile.</summary>
    /// <param name="text">For people.</param>
    /// <param name="name">For programs: what kind of event.</param>
    /// <param name="members">For programs: more about it.</param>
    public void Event(string text, string name, Action<Utf8JsonWriter>? members = null)
    {
        if (!IsJson)
        {
            Notice(text);
            return;
        }

        lock (_noticing)
        {
            _notices.Write(json =>
            {
                json.WriteString("event", name);
                members?.Invoke(json);
            });
        }
    }

    /// <summary>Tells why the command could not do its work.</summary>
    public void Failure(Failure failure)
    {
        lock (_noticing)
        {
            if (IsJson)
            {
                _notices.Write(json => WriteJson(json, failure));
                return;
            }

            var reason = failure.Reason.Length > 0 ? $" ({failure.Reason})" : string.Empty;
            _terminal.NoticeLine("subs: ", Tone.Alarming, Readable.Text(failure.Message + reason));
        }
    }

    /// <summary>Hands on what was written: when it returns, whoever reads the output can have it.</summary>
    public Task FlushAsync() => _terminal.Output.FlushAsync(CancellationToken.None);

    private static void WriteJson(Utf8JsonWriter json, Failure failure)
    {
        json.WriteString("error", failure.Message);
        if (failure.Reason.Length > 0) json.WriteString("reason", failure.Reason);
        if (failure.Metadata.Count == 0) return;
        json.WriteStartObject("metadata");
        foreach (var (key, value) in failure.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
