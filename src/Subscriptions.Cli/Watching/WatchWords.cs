using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>States and ends in words.</summary>
internal static class WatchWords
{
    /// <summary>What became of a connection.</summary>
    public static string Of(ConnectionState state) => state switch
    {
        ConnectionState.Asking => "asking",
        ConnectionState.Waiting => "waiting",
        ConnectionState.Active => "active",
        ConnectionState.Refused => "refused",
        ConnectionState.Finished => "finished",
        ConnectionState.Closed => "closed",
        ConnectionState.Lost => "disconnected",
        _ => "unknown",
    };

    /// <summary>What became of a batch.</summary>
    public static string Of(BatchState state) => state switch
    {
        BatchState.Sending => "sending",
        BatchState.Sent => "sent",
        BatchState.Acked => "acked",
        BatchState.Confirmed => "confirmed",
        BatchState.Nacked => "nacked",
        BatchState.Lost => "lost",
        _ => "unknown",
    };

    /// <summary>What becomes of a failed item.</summary>
    public static string Of(ItemFate fate) => fate switch
    {
        ItemFate.Retried => "retried",
        ItemFate.DeadLettered => "deadLettered",
        ItemFate.Superseded => "superseded",
        ItemFate.Stops => "stops",
        _ => "unknown",
    };

    /// <summary>How much a state is to stand out.</summary>
    public static Tone ToneOf(ConnectionState state) => state switch
    {
        ConnectionState.Active => Tone.Pleasing,
        ConnectionState.Asking or ConnectionState.Waiting => Tone.Warning,
        ConnectionState.Refused or ConnectionState.Closed or ConnectionState.Lost => Tone.Alarming,
        _ => Tone.Quiet,
    };

    /// <summary>How much a state is to stand out.</summary>
    public static Tone ToneOf(BatchState state) => state switch
    {
        BatchState.Confirmed or BatchState.Acked => Tone.Pleasing,
        BatchState.Nacked or BatchState.Lost => Tone.Alarming,
        _ => Tone.Warning,
    };

    /// <summary>How long sending a batch took, or takes by now.</summary>
    public static TimeSpan SendTime(BatchInfo batch, DateTimeOffset now) =>
        Positive((batch.SentAt ?? batch.EndedAt ?? now) - batch.SendingAt);

    /// <summary>How long the worker took, or takes by now; zero while the batch is being sent.</summary>
    public static TimeSpan WaitTime(BatchInfo batch, DateTimeOffset now) =>
        batch.SentAt is { } sent ? Positive((batch.AckedAt ?? batch.EndedAt ?? now) - sent) : TimeSpan.Zero;

    /// <summary>A count of items a second.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        0 => "0/s",
        < 10 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{perSecond:0.0}/s"),
        _ => $"{Readable.Number((long)perSecond)}/s",
    };

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
