using Subscriptions.CrashDriver.Work;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>The version of a document that a write was answered with.</summary>
internal sealed record Written(int Partition, long Seqno, bool Keep);

/// <summary>What writers of killed processes were answered.</summary>
internal sealed class WriteAnswers
{
    private readonly Dictionary<string, Written?> _newest = [];
    private readonly Dictionary<string, int> _pending = [];

    /// <summary>How many writes were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>The newest versions of the documents of which that is certain.</summary>
    public IEnumerable<KeyValuePair<string, Written>> Newest => _newest
        .Where(n => n.Value is not null).Select(n => KeyValuePair.Create(n.Key, n.Value!));

    /// <summary>Takes a line about a write.</summary>
    public void Record(WorkLine line)
    {
        if (line.Event == WorkEvent.Writing)
        {
            _pending[line.Id] = _pending.GetValueOrDefault(line.Id) + 1;
            return;
        }

        Answered++;
        _pending[line.Id]--;
        if (line.Number == 0) return;
        Assert.True(line.Number > (_newest.GetValueOrDefault(line.Id)?.Seqno ?? 0), $"{line}: the seqno went back");
        _newest[line.Id] = new Written(line.Partition, line.Number, line.Keep);
    }

    /// <summary>The process was killed: what was handed over and never answered may have happened or not.</summary>
    public void Killed()
    {
        foreach (var (id, _) in _pending.Where(p => p.Value > 0)) _newest[id] = null;
        _pending.Clear();
    }
}
