using System.Text.RegularExpressions;
using Grpc.Core;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed partial class ErrorStatusTests
{
    public static TheoryData<ErrorReason> Reasons => new(Enum.GetValues<ErrorReason>().Except([ErrorReason.Unspecified]));

    [Fact]
    public void ErrorCodes_OfTheEngine_AreTheReasonsOfTheContract()
    {
        var codes = Enum.GetValues<ErrorCode>().Select(c => ((int)c, c.ToString()));
        var reasons = Enum.GetValues<ErrorReason>().Except([ErrorReason.Unspecified]).Select(r => ((int)r, r.ToString()));

        Assert.Equal(reasons.Order(), codes.Order());
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void StatusOf_AnyReason_IsTheOneInTheContractsComment(ErrorReason reason)
    {
        var name = ErrorStatus.NameOf((ErrorCode)reason);
        var comment = CommentAbove($"ERROR_REASON_{name} =");

        var status = ErrorStatus.StatusOf((ErrorCode)reason);

        Assert.Matches($@"^{ScreamingCase(status)}( or DATA_LOSS)?\. ", comment);
    }

    [Fact]
    public void ToRpcException_StoreThatMayRecover_IsUnavailableAndOneThatCannotIsDataLoss()
    {
        var transient = StoreErrors.ToEngineException(new StoreException(StoreFault.Io, "/secret/path"));
        var damaged = StoreErrors.ToEngineException(new StoreException(StoreFault.Corrupt, "/secret/path"));

        RpcAssert.Is(StatusCode.Unavailable, "STORE_FAILED", ErrorStatus.ToRpcException(transient));
        RpcAssert.Is(StatusCode.DataLoss, "STORE_FAILED", ErrorStatus.ToRpcException(damaged.With(("database", "shop"))));
        Assert.DoesNotContain("secret", ErrorStatus.ToRpcException(damaged).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ToRpcException_HugeTexts_StillFitIntoHeaders()
    {
        var huge = string.Concat(Enumerable.Repeat("é😀", 40_000));
        var error = new EngineException(ErrorCode.RevisionConflict, huge, ("operation", "0"), ("id", huge), ("current_revision", huge));

        var sent = ErrorStatus.ToRpcException(error);

        var encoded = Uri.EscapeDataString(sent.Status.Detail).Length + (sent.Trailers.GetValueBytes(ErrorStatus.DetailsTrailer)!.Length * 4 / 3);
        Assert.InRange(encoded, 1000, 16 * 1024);
        Assert.DoesNotContain('\ufffd', sent.Status.Detail);
        Assert.EndsWith("…", sent.Status.Detail, StringComparison.Ordinal);
    }

    private static string CommentAbove(string line)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "errors.proto"));
        var at = Array.FindIndex(lines, l => l.Contains(line, StringComparison.Ordinal));
        var first = at - 1;
        while (lines[first - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)) first--;
        return lines[first].TrimStart(' ', '/') + " ";
    }

    private static string ScreamingCase(StatusCode status) => WordStart().Replace(status.ToString(), "_").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
