using OrderShipping;

using var telemetry = Telemetry.Start();

// Settings stand beside the program, wherever it is started from.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddOptions<ShippingOptions>().BindConfiguration("Shipping");
builder.AddSubscriptionsClient(client => builder.Configuration.GetSection("Server").Bind(client));
builder.AddSubscriptionWorker<ShipOrders>(worker => builder.Configuration.GetSection("Worker").Bind(worker));
await builder.Build().RunAsync();
