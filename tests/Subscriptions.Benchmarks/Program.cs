using BenchmarkDotNet.Running;
using Subscriptions.Benchmarks;

// BenchmarkDotNet's own arguments, such as --filter '*Wire*' and --list flat; --once runs each one time, to see that all still work.
var isOnce = args.Contains("--once");
string[] rest = [.. args.Where(argument => argument != "--once")];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(rest, BenchmarkSettings.Create(isOnce));
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
