using Subscriptions.Server.Grpc.Standard;
using Subscriptions.TestKit;
using Xunit;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Subscriptions.Server.Tests.Standard;

public sealed class HealthStatusesTests
{
    private const string Orders = "shop.Orders";

    private readonly HealthStatuses _statuses = new();

    [Fact]
    public void Find_ServerThatHasNotSaidAnything_IsNotServing() =>
        Assert.Equal(ServingStatus.NotServing, _statuses.Find(HealthStatuses.Server));

    [Fact]
    public void Find_UnknownService_IsNull() => Assert.Null(_statuses.Find(Orders));

    [Fact]
    public void Register_UnknownService_MakesItKnownAsNotServing()
    {
        _statuses.Register(Orders);

        Assert.Equal(ServingStatus.NotServing, _statuses.Find(Orders));
    }

    [Fact]
    public void Register_KnownService_KeepsItsStatus()
    {
        _statuses.Set(Orders, ServingStatus.Serving);

        _statuses.Register(Orders);

        Assert.Equal(ServingStatus.Serving, _statuses.Find(Orders));
    }

    [Fact]
    public void SetAll_KnownServices_SetsThemAndTheServer()
    {
        _statuses.Register(Orders);

        _statuses.SetAll(ServingStatus.Serving);

        Assert.Equal(
            new Dictionary<string, ServingStatus> { [""] = ServingStatus.Serving, [Orders] = ServingStatus.Serving },
            _statuses.All());
    }

    [Fact]
    public void Set_OneService_LeavesTheOthers()
    {
        _statuses.Set(Orders, ServingStatus.Serving);

        Assert.Equal(ServingStatus.NotServing, _statuses.Find(HealthStatuses.Server));
    }

    [Fact]
    public void Watch_KnownService_HasTheCurrentStatusAtOnce()
    {
        _statuses.Set(Orders, ServingStatus.Serving);

        using var watch = _statuses.Watch(Orders);

        Assert.Equal(ServingStatus.Serving, Next(watch));
        Assert.Null(Next(watch));
    }

    [Fact]
    public void Watch_UnknownService_HasItsStatusOnceItIsKnown()
    {
        using var watch = _statuses.Watch(Orders);
        Assert.Equal(ServingStatus.ServiceUnknown, Next(watch));

        _statuses.Register(Orders);
        Assert.Equal(ServingStatus.NotServing, Next(watch));

        _statuses.SetAll(ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, Next(watch));
    }

    [Fact]
    public void Watch_UnknownService_DoesNotMakeItKnown()
    {
        using var watch = _statuses.Watch(Orders);

        Assert.Null(_statuses.Find(Orders));
        Assert.DoesNotContain(Orders, _statuses.All().Keys);
    }

    [Fact]
    public void Watch_ReaderThatFellBehind_HasTheNewestStatusOnly()
    {
        using var watch = _statuses.Watch(Orders);

        _statuses.Set(Orders, ServingStatus.NotServing);
        _statuses.Set(Orders, ServingStatus.Serving);

        Assert.Equal(ServingStatus.Serving, Next(watch));
        Assert.Null(Next(watch));
    }

    [Fact]
    public void Watch_OtherServiceChanges_HearsNothing()
    {
        using var watch = _statuses.Watch(Orders);
        Next(watch);

        _statuses.Set("shop.Invoices", ServingStatus.Serving);

        Assert.Null(Next(watch));
    }

    [Fact]
    public void Watch_SeveralOfOneService_AllHearOfAChange()
    {
        using var first = _statuses.Watch(Orders);
        using var second = _statuses.Watch(Orders);

        _statuses.Set(Orders, ServingStatus.Serving);

        Assert.Equal(ServingStatus.Serving, Next(first));
        Assert.Equal(ServingStatus.Serving, Next(second));
    }

    [Fact]
    public void Dispose_Watch_IsForgotten()
    {
        var watch = _statuses.Watch(Orders);
        Assert.Equal(1, _statuses.WatchCount);

        watch.Dispose();

        Assert.Equal(0, _statuses.WatchCount);
    }

    [Fact]
    public void Stop_OpenWatch_TellsNotServingAndEnds()
    {
        _statuses.Set(Orders, ServingStatus.Serving);
        using var watch = _statuses.Watch(Orders);

        _statuses.Stop();

        Assert.Equal(ServingStatus.NotServing, Next(watch));
        Assert.True(watch.Statuses.Completion.IsCompletedSuccessfully);
        Assert.Equal(0, _statuses.WatchCount);
    }

    [Fact]
    public void Stop_Repeated_IsHarmless()
    {
        using var watch = _statuses.Watch(Orders);

        _statuses.Stop();
        _statuses.Stop();

        Assert.Equal(ServingStatus.ServiceUnknown, Next(watch));
    }

    [Fact]
    public void Set_AfterStop_ChangesNothing()
    {
        _statuses.Register(Orders);
        _statuses.Stop();

        _statuses.Set(Orders, ServingStatus.Serving);
        _statuses.SetAll(ServingStatus.Serving);

        Assert.All(_statuses.All().Values, status => Assert.Equal(ServingStatus.NotServing, status));
    }

    [Fact]
    public void Watch_AfterStop_TellsTheStatusAndEnds()
    {
        _statuses.Stop();

        using var watch = _statuses.Watch(HealthStatuses.Server);

        Assert.Equal(ServingStatus.NotServing, Next(watch));
        Assert.True(watch.Statuses.Completion.IsCompletedSuccessfully);
        Assert.Equal(0, _statuses.WatchCount);
    }

    [Fact]
    public async Task Watch_ManyWritersAndALateReader_EndsWithTheLatestStatus()
    {
        using var watch = _statuses.Watch(Orders);
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
                _statuses.Set(Orders, i % 2 == 0 ? ServingStatus.Serving : ServingStatus.NotServing);
        }));
        await Task.WhenAll(writers).Within();

        _statuses.Set(Orders, ServingStatus.Unknown);

        Assert.Equal(ServingStatus.Unknown, Next(watch));
        Assert.Null(Next(watch));
    }

    private static ServingStatus? Next(HealthWatch watch) => watch.Statuses.TryRead(out var status) ? status : null;
}
