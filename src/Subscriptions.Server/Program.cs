using Subscriptions.Server.Hosting;

return await new ServerProgram(Console.Out, Console.Error).RunAsync(args);
