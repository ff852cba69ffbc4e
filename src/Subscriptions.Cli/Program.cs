using Subscriptions.Cli.Hosting;

using var interruption = new Interruption();
using var terminal = Terminal.OfProcess();
var program = new CliProgram(new CliHost(terminal) { InterruptedExitCode = () => interruption.ExitCodeOfSignal });
return await program.RunAsync(args, interruption.Token);
