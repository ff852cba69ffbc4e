using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Streams;

/// <summary>How a connection is paced. Immutable.</summary>
public sealed record ConnectionSettings
{
    /// <summary>The smallest window, in bytes.</summary>
    public const long MinBufferBytes = 1024;

    /// <summary>The largest window, in bytes.</summary>
    public const long MaxBufferBytes = 1024 * 1024 * 1024;

    private static readonly TimeSpan MinNoopInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxNoopInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinIdleTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxIdleTimeout = TimeSpan.FromHours(24);

    /// <summary>The window, in bytes; 0: none.</summary>
    public long BufferBytes { get; init; }

    /// <summary>How often a noop is sent.</summary>
    public TimeSpan NoopInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the client may be silent; see <see cref="Silence"/>.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether every change has its token.</summary>
    public bool TokenOnEveryChange { get; init; }

    /// <summary>How long the client may be silent before it is given up: time enough for it to answer a noop.</summary>
    public TimeSpan Silence => IdleTimeout > 2 * NoopInterval ? IdleTimeout : 2 * NoopInterval;

    /// <summary>Checks the settings.</summary>
    /// <param name="field">How the client knows them.</param>
    /// <exception cref="InvalidInputException">One is outside its limits.</exception>
    public ConnectionSettings Checked(string field)
    {
        if (BufferBytes != 0 && BufferBytes is < MinBufferBytes or > MaxBufferBytes)
        {
            throw new InvalidInputException(
                $"{field}.buffer_bytes", BufferBytes.ToString(CultureInfo.InvariantCulture), $"is outside {MinBufferBytes} to {MaxBufferBytes}; 0 switches the window off");
        }

        Check($"{field}.noop_interval", NoopInterval, MinNoopInterval, MaxNoopInterval);
        Check($"{field}.idle_timeout", IdleTimeout, MinIdleTimeout, MaxIdleTimeout);
        return this;
    }

    private static void Check(string field, TimeSpan time, TimeSpan min, TimeSpan max)
    {
        if (time >= min && time <= max) return;
        throw new InvalidInputException(
            field, time.ToString("c", CultureInfo.InvariantCulture), $"is outside {min.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s to {max.TotalHours} h");
    }
}
