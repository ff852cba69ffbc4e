using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Files;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Open_FolderIsOpen_RefusesAndNamesFolderAndHolder()
    {
        using var first = DataFolder.Open(_temporary["data"]);

        var fault = Assert.Throws<StoreException>(() => DataFolder.Open(_temporary["data"]));

        Assert.Equal(StoreFault.InUse, fault.Kind);
        Assert.Contains(_temporary["data"], fault.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AfterTheHolderClosed_Succeeds()
    {
        DataFolder.Open(_temporary["data"]).Dispose();

        using var second = DataFolder.Open(_temporary["data"]);

        Assert.True(Directory.Exists(second.Subfolder("databases")));
    }

    [Fact]
    public void Open_AFileIsInThePlace_FailsNamingIt()
    {
        File.WriteAllText(_temporary["data"], "");

        var fault = Assert.Throws<StoreException>(() => DataFolder.Open(_temporary["data"]));

        Assert.Equal(StoreFault.Io, fault.Kind);
        Assert.Contains(_temporary["data"], fault.Message, StringComparison.Ordinal);
    }
}
