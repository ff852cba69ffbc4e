using System.Globalization;
using System.Text.RegularExpressions;

namespace Subscriptions.Cli.Demonstration;

/// <summary>What one worker said, in the order in which it said it. Thread-safe.</summary>
internal sealed partial class ShippingLog
{
    private readonly Lock _gate = new();
    private readonly List<ShippingEntry> _entries = [];
    private readonly HashSet<string> _unconfirmed = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _confirmed;

    /// <summary>All entries so far.</summary>
    public IReadOnlyList<ShippingEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>How many orders were confirmed, and which were shipped and not confirmed yet.</summary>
    public (int Confirmed, IReadOnlyList<string> Unconfirmed) Standing
    {
        get
        {
            lock (_gate)
            {
                return (_confirmed, [.. _unconfirmed]);
            }
        }
    }

    /// <summary>Takes a line of the worker's output; lines of other kinds are no matter.</summary>
    public void Add(string line)
    {
        if (Parse(line) is not { } entry) return;
        TaskCompletionSource changed;
        lock (_gate)
        {
            _entries.Add(entry);
            if (entry is ShippingEntry.Shipped shipped) _unconfirmed.Add(shipped.Id);
            if (entry is ShippingEntry.Confirmed confirmed)
            {
                _confirmed += confirmed.Ids.Count;
                _unconfirmed.ExceptWith(confirmed.Ids);
            }

            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    /// <summary>Waits until something holds; looks at it whenever the worker has said something.</summary>
    public async Task WaitUntilAsync(Func<ShippingLog, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition(this)) return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private static ShippingEntry? Parse(string line)
    {
        if (ShippedLine().Match(line) is { Success: true } shipped)
        {
            return new ShippingEntry.Shipped(
                shipped.Groups["id"].Value, long.Parse(shipped.Groups["token"].Value, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        return ConfirmedLine().Match(line) is { Success: true } confirmed
            ? new ShippingEntry.Confirmed(confirmed.Groups["ids"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex(@"^Order #(?<id>\S+) will be shipped via: .* \(token (?<token>[0-9]{1,18})\)$")]
    private static partial Regex ShippedLine();

    [GeneratedRegex("^confirmed: (?<ids>.+)$")]
    private static partial Regex ConfirmedLine();
}
