using System.Globalization;
using Grpc.Core;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Runs scenarios one after the other.</summary>
internal sealed class BenchRun(BenchStage stage, Printer print)
{
    // Many times what the longest takes, so that a server that is stuck ends it, and not somebody's patience.
    private static readonly TimeSpan ScenarioLimit = TimeSpan.FromMinutes(10);

    /// <summary>Runs them.</summary>
    /// <param name="scenarios">What is measured, in this order.</param>
    /// <param name="onFigures">Gets each figure as soon as it is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">One did not do what it should have; the message names it.</exception>
    public async Task RunAsync(IReadOnlyList<IBenchScenario> scenarios, Func<BenchFigures, Task> onFigures, CancellationToken cancellationToken)
    {
        for (var i = 0; i < scenarios.Count; i++)
        {
            var scenario = scenarios[i];
            print.Notice(string.Create(CultureInfo.InvariantCulture, $"{i + 1}/{scenarios.Count}  {scenario.Name}: {scenario.Summary}"));
            var load = MachineState.Load();
            var found = await RunAsync(scenario, cancellationToken);
            if (found.Count == 0) print.Notice($"{scenario.Name} looks into the server's process, which is none of this command's: left out");
            foreach (var figures in found) await onFigures(figures with { Load1 = load });
        }
    }

    private async Task<IReadOnlyList<BenchFigures>> RunAsync(IBenchScenario scenario, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ScenarioLimit, stage.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await scenario.RunAsync(stage, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"{scenario.Name} took longer than {Readable.Duration(ScenarioLimit)}");
        }
        catch (Exception e) when (e is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C in a terminal stops the server too, and whatever that broke is no failure.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (RpcException e)
        {
            throw new CommandFailedException($"{scenario.Name}: {e.Status.Detail} ({e.StatusCode})", e);
        }
        catch (SubscriptionsException e) when (e is not ServerUnavailableException)
        {
            throw new CommandFailedException($"{scenario.Name}: {e.Message}", e);
        }
        catch (CommandFailedException e) when (e.InnerException is null)
        {
            throw new CommandFailedException($"{scenario.Name}: {e.Message}");
        }
    }
}
