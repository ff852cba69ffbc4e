using System.Runtime.InteropServices;

namespace Subscriptions.Cli.Hosting;

/// <summary>
/// Turns the first SIGINT, SIGTERM or SIGHUP into cancellation, so that commands can end in an orderly way. The second ends the process at
/// once, as it would have without this.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalBase = 128;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => On(context, SignalBase + 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => On(context, SignalBase + 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => On(context, SignalBase + 1)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What a shell would report: 128 and the signal's number. <see cref="ExitCode.Interrupted"/> when there was none.</summary>
    public int ExitCodeOfSignal => Volatile.Read(ref _exitCode) is var code && code != 0 ? code : ExitCode.Interrupted;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void On(PosixSignalContext context, int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0) return;

        context.Cancel = true;
        _source.Cancel();
    }
}
