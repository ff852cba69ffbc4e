using System.Buffers.Text;
using FsCheck;
using FsCheck.Fluent;
using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class ResumeTokenTests
{
    private static readonly Gen<long> Seqnos = Gen.Elements(1L, 2, 127, 128, 300, 16_384, int.MaxValue, 1L << 40, long.MaxValue - 5, long.MaxValue);

    private static readonly Gen<ResumeToken> Tokens =
        from count in Gen.Choose(0, 12)
        from positions in Gen.ArrayOf(
            from branch in Gen.Elements(0UL, 1UL, 0xabUL, ulong.MaxValue)
            from seqno in Seqnos
            from below in Seqnos
            from above in Seqnos
            from purge in Gen.OneOf(Gen.Constant(0L), Seqnos)
            select new Position(0, new BranchId(branch), seqno, Math.Max(0, seqno - below), above > long.MaxValue - seqno ? seqno : seqno + above, purge),
            count)
        select new ResumeToken(positions.Select((position, i) => position with { Partition = i * i * 100 }));

    [Fact]
    public void TextAndBytes_OfAnyToken_ReadBack() => Prop.ForAll(Tokens.ToArbitrary(), token =>
    {
        Assert.True(ResumeToken.TryParse(token.ToString(), out var fromText));
        Assert.Equal(token, fromText);
        Assert.Equal(token.GetHashCode(), fromText.GetHashCode());

        Assert.True(ResumeToken.TryParse(token.ToByteArray(), out var fromBytes));
        Assert.Equal(token, fromBytes);
        Assert.DoesNotContain(token.ToString(), c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void ToString_OfAToken_BeginsWithTheSumOfTheSeqnos()
    {
        Assert.Equal("0", ResumeToken.Beginning.ToString());
        Assert.StartsWith("1277-", Sample().ToString(), StringComparison.Ordinal);
        Assert.StartsWith("18446744073709551614-", new ResumeToken([At(0, long.MaxValue), At(1, long.MaxValue)]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_BytesWithAnyBitFlipped_IsRefused()
    {
        var bytes = Sample().ToByteArray();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = bytes.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(ResumeToken.TryParse(damaged, out var token), $"bit {bit}");
            Assert.Same(ResumeToken.Beginning, token);
        }
    }

    [Fact]
    public void TryParse_BytesCutAnywhere_IsRefused()
    {
        var bytes = Sample().ToByteArray();
        for (var length = 0; length < bytes.Length; length++) Assert.False(ResumeToken.TryParse(bytes.AsSpan(0, length), out _), $"length {length}");
        Assert.False(ResumeToken.TryParse([.. bytes, 0], out _));
    }

    [Fact]
    public void TryParse_TextCutOrChangedAnywhere_IsRefusedOrMeansTheSame()
    {
        var text = Sample().ToString();
        for (var i = 0; i < text.Length; i++)
        {
            Assert.False(ResumeToken.TryParse(text.AsSpan(0, i), out _), $"length {i}");
            foreach (var c in "A0-_=. \ud800é\0")
            {
                var changed = text[..i] + c + text[(i + 1)..];
                Assert.True(!ResumeToken.TryParse(changed, out var token) || token.Equals(Sample()), changed);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-")]
    [InlineData("0-")]
    [InlineData("5-")]
    [InlineData("-AA")]
    [InlineData("12-!!")]
    [InlineData("12-AA==")]
    [InlineData("+1-AAAA")]
    [InlineData("99999999999999999999999999999999999999999999-AAAAAAAA")]
    public void TryParse_OtherText_IsRefused(string text)
    {
        Assert.False(ResumeToken.TryParse(text, out var token));
        Assert.Same(ResumeToken.Beginning, token);
    }

    [Fact]
    public void TryParse_TextWithAnotherNumberInFront_IsRefused() =>
        Assert.False(ResumeToken.TryParse("1278" + Sample().ToString()[4..], out _));

    [Theory]
    [InlineData("02 00")]
    [InlineData("01 01")]
    [InlineData("01 ff ff ff ff ff ff ff ff 7f")]
    [InlineData("01 ff ff ff ff ff ff ff ff ff 01")]
    [InlineData("01 80 80 80 80 80 80 80 80 80 80 00")]
    [InlineData("01 01 00 0000000000000001 00 00 00 00")]
    [InlineData("01 01 00 0000000000000001 05 06 00 00")]
    [InlineData("01 01 00 0000000000000001 ffffffffffffffff7f 00 01 00")]
    [InlineData("01 01 ffffffff0f 0000000000000001 05 00 00 00")]
    [InlineData("01 02 01 0000000000000001 05 00 00 00 01 0000000000000001 05 00 00 00")]
    [InlineData("01 02 01 0000000000000001 05 00 00 00 00 0000000000000001 05 00 00 00")]
    [InlineData("01 01 00 0000000000000001 05 00 00 00 00")]
    public void TryParse_WellSealedNonsense_IsRefused(string hex)
    {
        Assert.False(ResumeToken.TryParse(Sealed(hex), out var token));
        Assert.Same(ResumeToken.Beginning, token);
    }

    [Fact]
    public void TryParse_WellSealedToken_IsRead()
    {
        Assert.True(ResumeToken.TryParse(Sealed("01 01 07 00000000000000ab 05 02 03 01"), out var token));
        Assert.Equal(new Position(7, new BranchId(0xab), 5, 3, 8, 1), Assert.Single(token.Positions));
    }

    [Fact]
    public void TryParse_ManyPositionsClaimed_ReservesNoMoreThanTheInput()
    {
        byte[] claim = [1, 0xff, 0xff, 0x3f, .. new byte[1_100_000]];
        var bytes = Sealed(Convert.ToHexString(claim));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.False(ResumeToken.TryParse(bytes, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void TryParse_RandomBytesAndText_NeverThrows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var body = new byte[random.Next(60)];
            random.NextBytes(body);
            if (body.Length > 1) (body[0], body[1]) = (1, (byte)random.Next(3));
            var bytes = Sealed(Convert.ToHexString(body));
            try
            {
                _ = ResumeToken.TryParse(bytes, out _);
                _ = ResumeToken.TryParse($"{random.Next(300)}-{Base64Url.EncodeToString(bytes)}", out _);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, case {i} gave {e}: {Convert.ToHexString(bytes)}");
            }
        }
    }

    [Fact]
    public void With_APosition_ReplacesThatOfItsPartition()
    {
        var token = Sample().With(At(1, 80)).With(At(2, 5)).With(Position.Beginning(0));

        Assert.Equal([At(1, 80), At(2, 5)], token.Positions);
        Assert.Equal(Position.Beginning(0), token[0]);
        Assert.Equal(At(2, 5), token[2]);
    }

    [Fact]
    public void Create_TwoPositionsOfOnePartition_IsRefused() => Assert.Throws<ArgumentException>(() => new ResumeToken([At(1, 5), At(1, 6)]));

    [Fact]
    public void Of_AChangeVector_IsAtTheEndsOfSnapshotsOfTheNewestBranches()
    {
        var partition = new PartitionState(0, 1200, 300, new FailoverLog([new(new BranchId(0xb), 900), new(new BranchId(0xa), 0)]));
        var vector = ChangeVector.Of(partition).Merge(ChangeVector.Create([new(new BranchId(0xc), 1, 77)]));

        var token = ResumeToken.Of(vector);

        Assert.Equal([new(0, new BranchId(0xb), 1200, 1200, 1200, 0), new(1, new BranchId(0xc), 77, 77, 77, 0)], token.Positions);
        Assert.Equal("p0:1200-000000000000000b, p1:77-000000000000000c", token.ToChangeVector().ToString());
    }

    [Fact]
    public void Now_OfPartitions_LeavesOutWhatIsEmpty()
    {
        var log = FailoverLog.StartingWith(new BranchId(0xa));

        var token = ResumeToken.Now([new PartitionState(1, 40, 3, log), new PartitionState(0, 0, 0, log)]);

        Assert.Equal(new Position(1, new BranchId(0xa), 40, 40, 40, 3), Assert.Single(token.Positions));
    }

    private static ResumeToken Sample() => new([new Position(0, new BranchId(0x1234567890abcdef), 1200, 1100, 1300, 7), At(1, 77)]);

    private static Position At(int partition, long seqno) => new(partition, new BranchId(0xab), seqno, seqno, seqno, 0);

    /// <summary>The bytes with the checksum (32-bit FNV-1a, big endian) that makes them look undamaged.</summary>
    private static byte[] Sealed(string hex)
    {
        var body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var checksum = body.Aggregate(2166136261u, (hash, b) => (hash ^ b) * 16777619u);
        return [.. body, (byte)(checksum >> 24), (byte)(checksum >> 16), (byte)(checksum >> 8), (byte)checksum];
    }
}
