using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Subscriptions.Benchmarks;

/// <summary>How benchmarks are run and told.</summary>
internal static class BenchmarkSettings
{
    /// <summary>
    /// Settings for one run. In this process: the usual way generates a project and builds it, which needs a package source, and does not
    /// find the programs where this repository builds them.
    /// </summary>
    /// <param name="isOnce">Whether each is run once only, which measures nothing.</param>
    public static IConfig Create(bool isOnce) => ManualConfig.CreateEmpty()
        .AddJob((isOnce ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub);
}
