using Grpc.Core;
using Grpc.Health.V1;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Subscriptions.Server.Tests.Standard;

public sealed class HealthServiceTests : IAsyncLifetime
{
    private const string Admin = "subscriptions.v1.DatabaseAdminService";

    private StandardServicesHost _host = null!;
    private Health.HealthClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await StandardServicesHost.StartAsync([DatabaseAdminService.Descriptor], Cancellation);
        _client = new Health.HealthClient(_host.Calls);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Check_MappedService_IsNotServingUntilTheHostSaysSo()
    {
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(Admin));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(""));

        _host.Statuses.SetAll(ServingStatus.Serving);

        Assert.Equal(ServingStatus.Serving, await CheckAsync(Admin));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(""));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFoundAndNamesIt()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("bücher.Dienst"));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Contains("bücher.Dienst", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_LongestName_IsTaken()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(new string('x', HealthService.MaxServiceLength)));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Check_NameTooLong_IsRefusedWithTheLimit()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(new string('x', HealthService.MaxServiceLength + 1)));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("513 characters; at most 512", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_MappedServices_TellsAllAndTheServer()
    {
        _host.Statuses.Set(Admin, ServingStatus.Serving);

        var response = await _client.ListAsync(new HealthListRequest(), cancellationToken: Cancellation).ResponseAsync.Within();

        var expected = new Dictionary<string, ServingStatus>
        {
            [""] = ServingStatus.NotServing,
            [Admin] = ServingStatus.Serving,
            ["grpc.health.v1.Health"] = ServingStatus.NotServing,
            ["grpc.reflection.v1.ServerReflection"] = ServingStatus.NotServing,
        };
        Assert.Equal(expected, response.Statuses.ToDictionary(status => status.Key, status => status.Value.Status));
    }

    [Fact]
    public async Task Watch_KnownService_TellsTheStatusAndItsChanges()
    {
        using var call = Watch(Admin);

        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
        _host.Statuses.SetAll(ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));
        _host.Statuses.Set(Admin, ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
    }

    [Fact]
    public async Task Watch_UnknownService_TellsItsStatusOnceItIsKnown()
    {
        using var call = Watch("later.Service");

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(call));
        _host.Statuses.Set("later.Service", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));
    }

    [Fact]
    public async Task Watch_NameTooLong_IsRefusedAndNotKept()
    {
        using var call = Watch(new string('x', HealthService.MaxServiceLength + 1));

        var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(0, _host.Statuses.WatchCount);
    }

    [Fact]
    public async Task Watch_ServerStops_TellsNotServingAndEndsWithoutHoldingTheStopUp()
    {
        _host.Statuses.SetAll(ServingStatus.Serving);
        using var call = Watch(Admin);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));

        var stopped = _host.StopAsync(Cancellation);

        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
        var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("The server is stopping.", error.Status.Detail);
        await stopped;
    }

    [Fact]
    public async Task Watch_CallerLeaves_EndsAndIsForgotten()
    {
        var statuses = new HealthStatuses();
        using var caller = new CancellationTokenSource();
        var writer = new FakeStreamWriter<HealthCheckResponse>();
        var call = new HealthService(statuses).Watch(new HealthCheckRequest(), writer, new FakeServerCallContext(caller.Token));
        await writer.Written.ReadAsync(Cancellation).Within();
        Assert.Equal(1, statuses.WatchCount);

        await caller.CancelAsync();
        await call.Within();

        Assert.Equal(0, statuses.WatchCount);
    }

    [Fact]
    public async Task Watch_StatusThatDidNotChange_IsNotToldAgain()
    {
        var statuses = new HealthStatuses();
        var writer = new FakeStreamWriter<HealthCheckResponse>();
        var call = new HealthService(statuses).Watch(new HealthCheckRequest(), writer, new FakeServerCallContext(Cancellation));
        Assert.Equal(ServingStatus.NotServing, (await writer.Written.ReadAsync(Cancellation).Within()).Status);

        statuses.Set(HealthStatuses.Server, ServingStatus.NotServing);
        statuses.Stop();
        await Assert.ThrowsAsync<RpcException>(() => call.Within());

        Assert.False(writer.Written.TryRead(out _));
    }

    private AsyncServerStreamingCall<HealthCheckResponse> Watch(string service) =>
        _client.Watch(new HealthCheckRequest { Service = service }, cancellationToken: Cancellation);

    private async Task<ServingStatus> CheckAsync(string service)
    {
        var response = await _client.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancellation)
            .ResponseAsync.Within();
        return response.Status;
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Cancellation).Within());
        return call.ResponseStream.Current.Status;
    }
}
