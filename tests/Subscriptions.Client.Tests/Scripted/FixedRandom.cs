namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Always the same: with 0 a worker reconnects at once, with more its pauses are that part of their bounds.</summary>
internal sealed class FixedRandom(double value) : Random(0)
{
    public override double NextDouble() => value;
}
