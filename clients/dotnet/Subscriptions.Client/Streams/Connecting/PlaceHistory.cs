namespace Subscriptions.Client;

/// <summary>
/// The consistent places where a reader of a partition was, for when it is taken back: the first of all, and after it so many that who goes back to one of them goes
/// back about twice as far as it must, at worst. Not thread-safe.
/// </summary>
internal sealed class PlaceHistory
{
    /// <summary>The most places that are kept.</summary>
    public const int Most = 12;

    private readonly List<PartitionPosition> _places;
    private IReadOnlyList<PartitionPosition>? _list;

    /// <summary>Begins with what was kept.</summary>
    public PlaceHistory(IEnumerable<PartitionPosition> places) => _places = [.. places];

    /// <summary>The places, oldest first. The list does not change any more.</summary>
    public IReadOnlyList<PartitionPosition> Places => _list ??= [.. _places];

    /// <summary>The reader is here, and has a consistent picture.</summary>
    public void Add(PartitionPosition place)
    {
        _list = null;
        if (_places is [.., var last] && last.Seqno >= place.Seqno)
        {
            _places[^1] = place;
            return;
        }

        _places.Add(place);
        if (_places.Count > Most)
        {
            _places.RemoveAt(LeastMissed(place.Seqno));
        }
    }

    /// <summary>
    /// Forgets what is beyond a seqno. What is left has the place to go back to as its last; none when the reader began after the seqno.
    /// </summary>
    public PartitionPosition? GoBack(long seqno)
    {
        _list = null;
        _places.RemoveAll(place => place.Seqno > seqno);
        return _places.Count > 0 ? _places[^1] : null;
    }

    /// <summary>Forgets all, and begins here.</summary>
    public void Restart(PartitionPosition place)
    {
        _list = null;
        _places.Clear();
        _places.Add(place);
    }

    // Never the first, nor the newest: the one whose neighbours are closest together, as seen from here.
    private int LeastMissed(long now)
    {
        var least = 1;
        var leastGap = double.MaxValue;
        for (var i = 1; i < _places.Count - 1; i++)
        {
            var before = _places[i - 1].Seqno;
            var gap = (double)(_places[i + 1].Seqno - before) / (now - before + 1);
            if (gap < leastGap)
            {
                (least, leastGap) = (i, gap);
            }
        }

        return least;
    }
}
