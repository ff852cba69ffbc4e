using BenchmarkDotNet.Attributes;
using Subscriptions.Core.Changes;

namespace Subscriptions.Benchmarks;

/// <summary>Vectors of databases with so many partitions: what is read from clients, written to them, and compared at each opening.</summary>
public class ChangeVectorBenchmarks
{
    private ChangeVector _left = ChangeVector.Empty;
    private ChangeVector _right = ChangeVector.Empty;
    private string _text = string.Empty;

    /// <summary>How many partitions the database has.</summary>
    [Params(1, 16, 256)]
    public int Partitions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _left = Create(seed: 1);
        _right = Create(seed: 2);
        _text = _left.ToString();
    }

    [Benchmark]
    public ChangeVector Parse() => ChangeVector.TryParse(_text, out var vector, out var error) ? vector : throw new FormatException(error);

    [Benchmark]
    public string Write() => _left.ToString();

    [Benchmark]
    public ChangeVector Merge() => _left.Merge(_right);

    [Benchmark]
    public ChangeVectorOrder Compare() => _left.CompareTo(_right);

    // The same branches, each further in one vector or in the other.
    private ChangeVector Create(int seed)
    {
        var random = new Random(seed);
        return ChangeVector.Create(Enumerable.Range(0, Partitions).Select(partition => new ChangeVectorEntry(
            BranchId.TryParse($"{partition + 1:x16}", out var branch) ? branch : BranchId.None, partition, random.NextInt64(1, 1_000_000))));
    }
}
