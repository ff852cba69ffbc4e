using System.Globalization;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>Flags of streams, from the wire.</summary>
internal static class StreamFlagNames
{
    /// <summary>Reads flags.</summary>
    /// <exception cref="InvalidInputException">One is not known, or two contradict each other.</exception>
    public static StreamFlags Parse(IReadOnlyList<Wire.StreamFlag> wire)
    {
        const string Field = "stream_open.flags";
        var flags = StreamFlags.None;
        for (var i = 0; i < wire.Count; i++)
        {
            flags |= wire[i] switch
            {
                Wire.StreamFlag.ToLatest => StreamFlags.ToLatest,
                Wire.StreamFlag.FromLatest => StreamFlags.FromLatest,
                Wire.StreamFlag.Strict => StreamFlags.Strict,
                Wire.StreamFlag.IgnorePurged => StreamFlags.IgnorePurged,
                Wire.StreamFlag.DiskOnly => StreamFlags.DiskOnly,
                Wire.StreamFlag.NotifyOnly => StreamFlags.NotifyOnly,
                Wire.StreamFlag.ExactEnd => StreamFlags.ExactEnd,
                Wire.StreamFlag.NoContent => StreamFlags.NoContent,
                var unknown => throw new InvalidInputException(
                    $"{Field}[{i}]", ((int)unknown).ToString(CultureInfo.InvariantCulture), "is no flag that this server knows"),
            };
        }

        return flags;
    }
}
