using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Architecture;

public sealed class ReferenceTests
{
    [Fact]
    public void Core_ReferencesNothingButTheRuntime()
    {
        var references = typeof(ChangeFeed).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(
            name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.Data", StringComparison.Ordinal),
            $"Core must not reference {name}: arrows point inwards only"));
    }
}
