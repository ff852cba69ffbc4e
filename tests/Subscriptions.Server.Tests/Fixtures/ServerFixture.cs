using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>
/// The real server on free ports, over stores in memory unless it is given others, and clients for it. Disposing stops it and fails the test
/// if the server logged an error that the test did not announce.
/// </summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private bool _isStopped;

    private ServerFixture(RunningServer server, FakeSubscriptionStore store, LogSink log)
    {
        Server = server;
        SubscriptionStore = store;
        Log = log;
        _channel = OpenChannel(server.Grpc);
        Databases = new DatabaseAdminService.DatabaseAdminServiceClient(_channel);
        Documents = new DocumentService.DocumentServiceClient(_channel);
        Subscriptions = new SubscriptionAdminService.SubscriptionAdminServiceClient(_channel);
        Work = new SubscriptionService.SubscriptionServiceClient(_channel);
        DeadLetters = new DeadLetterService.DeadLetterServiceClient(_channel);
        Queries = new QueryService.QueryServiceClient(_channel);
        Monitoring = new MonitoringService.MonitoringServiceClient(_channel);
        Changes = new ChangeService.ChangeServiceClient(_channel);
        Streams = new StreamService.StreamServiceClient(_channel);
    }

    public RunningServer Server { get; }

    /// <summary>Where subscriptions are kept, unless the test brought stores of its own.</summary>
    public FakeSubscriptionStore SubscriptionStore { get; }

    public LogSink Log { get; }

    public DatabaseAdminService.DatabaseAdminServiceClient Databases { get; }

    public DocumentService.DocumentServiceClient Documents { get; }

    public SubscriptionAdminService.SubscriptionAdminServiceClient Subscriptions { get; }

    public SubscriptionService.SubscriptionServiceClient Work { get; }

    public DeadLetterService.DeadLetterServiceClient DeadLetters { get; }

    public QueryService.QueryServiceClient Queries { get; }

    public MonitoringService.MonitoringServiceClient Monitoring { get; }

    public ChangeService.ChangeServiceClient Changes { get; }

    public StreamService.StreamServiceClient Streams { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="change">Changes its settings.</param>
    /// <param name="time">Its clock; default: the system's.</param>
    /// <param name="stores">What it works on; default: empty stores in memory.</param>
    public static async Task<ServerFixture> StartAsync(
        Func<ServerSettings, ServerSettings>? change = null, TimeProvider? time = null, EngineStores? stores = null)
    {
        time ??= TimeProvider.System;
        var subscriptions = new FakeSubscriptionStore();
        stores ??= new EngineStores(new FakeDocumentStoreProvider(timeProvider: time), subscriptions, "memory");
        var settings = new ServerSettings
        {
            Server = new ServerOptions
            {
                Grpc = BindAddress.Loopback(0),
                Http = BindAddress.Loopback(0),
                LogLevel = LogLevel.Debug,
                ShutdownTime = TimeSpan.FromMinutes(1),
            },
        };
        var log = new LogSink();
        var server = await RunningServer.StartAsync(stores, change?.Invoke(settings) ?? settings, time, log.ReplaceConsole, Cancelled).Within();
        return new ServerFixture(server, subscriptions, log);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Another connection to the server.</summary>
    public static GrpcChannel OpenChannel(Uri address) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });

    /// <summary>Creates a database.</summary>
    public async Task CreateDatabaseAsync(string name = "shop", int partitions = 1) =>
        await Databases.CreateDatabaseAsync(
            new CreateDatabaseRequest { Name = name, PartitionCount = partitions }, cancellationToken: Cancelled).ResponseAsync.Within();

    /// <summary>Creates a subscription.</summary>
    public async Task<Subscription> CreateSubscriptionAsync(string name = "ship", string query = "from Orders", string database = "shop")
    {
        var request = new CreateSubscriptionRequest
        {
            Database = database,
            Definition = new SubscriptionDefinition { Name = name, Query = query },
        };
        return (await Subscriptions.CreateSubscriptionAsync(request, cancellationToken: Cancelled).ResponseAsync.Within()).Subscription;
    }

    /// <summary>Where a subscription stands.</summary>
    public async Task<Subscription> GetSubscriptionAsync(string name = "ship", string database = "shop") =>
        (await Subscriptions.GetSubscriptionAsync(
            new GetSubscriptionRequest { Database = database, Name = name }, cancellationToken: Cancelled).ResponseAsync.Within()).Subscription;

    /// <summary>A database <c>shop</c> with a subscription <c>ship</c> of the collection <c>Orders</c>.</summary>
    public async Task SetUpShopAsync()
    {
        await CreateDatabaseAsync();
        await CreateSubscriptionAsync();
    }

    /// <summary>Puts documents of the collection Orders.</summary>
    public Task<WriteResponse> PutAsync(params string[] ids) => WriteAsync([.. ids.Select(id => Requests.Put(id))]);

    /// <summary>Carries out operations on the database <c>shop</c>.</summary>
    public Task<WriteResponse> WriteAsync(params WriteOperation[] operations) =>
        Documents.WriteAsync(new WriteRequest { Database = "shop", Operations = { operations } }, cancellationToken: Cancelled).ResponseAsync.Within();

    /// <summary>Replaces a database by a backup of itself: its documents stay, its history goes on in other branches.</summary>
    public async Task ReplaceByItsBackupAsync(string database = "shop")
    {
        using var backUp = Databases.BackUpDatabase(new BackUpDatabaseRequest { Name = database }, cancellationToken: Cancelled);
        using var restore = Databases.RestoreDatabase(cancellationToken: Cancelled);
        await restore.RequestStream.WriteAsync(new RestoreDatabaseRequest { Name = database, Replace = true }, Cancelled);
        while (await backUp.ResponseStream.MoveNext(Cancelled).Within())
            await restore.RequestStream.WriteAsync(new RestoreDatabaseRequest { Content = backUp.ResponseStream.Current.Content }, Cancelled);
        await restore.RequestStream.CompleteAsync();
        await restore.ResponseAsync.Within();
    }

    /// <summary>Begins a conversation; nothing is said yet.</summary>
    public WorkerClient Connect() => new(Work.Work(cancellationToken: Cancelled));

    /// <summary>
    /// Opens a subscription and waits until it is told so. Without a strategy it is <c>WAIT</c>: who had the subscription before may be on its way out.
    /// </summary>
    public async Task<WorkerClient> OpenAsync(WorkOpen? open = null)
    {
        open ??= Requests.Open();
        if (open.Strategy == OpeningStrategy.Unspecified) open.Strategy = OpeningStrategy.Wait;
        var worker = Connect();
        await worker.OpenAsync(open);
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);
        return worker;
    }

    /// <summary>A page of changes of the database <c>shop</c>.</summary>
    public async Task<GetChangesResponse> GetChangesAsync(GetChangesRequest? request = null) =>
        await Changes.GetChangesAsync(new GetChangesRequest(request ?? new GetChangesRequest()) { Database = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

    /// <summary>Follows the changes of the database <c>shop</c>.</summary>
    public WatchClient Watch(WatchChangesRequest? request = null)
    {
        request ??= new WatchChangesRequest();
        request.Database = "shop";
        return new WatchClient(Changes.WatchChanges(request, cancellationToken: Cancelled));
    }

    /// <summary>Begins a connection for partition streams; nothing is said yet.</summary>
    public StreamClient Connection() => new(Streams.Connect(cancellationToken: Cancelled));

    /// <summary>Opens a connection for partition streams of the database <c>shop</c>.</summary>
    public async Task<StreamClient> OpenConnectionAsync(ConnectionSettings? settings = null, string name = "indexer")
    {
        var client = Connection();
        await client.OpenAsync(settings, name);
        await client.ToAsync("connected");
        return client;
    }

    /// <summary>Asks over HTTP.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetAsync(new Uri(Server.Http, path), Cancelled).Within();
    }

    /// <summary>Stops the server.</summary>
    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        await Server.DisposeAsync().Within();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _channel.Dispose();
        Log.AssertNoUnexpectedErrors();
    }
}
