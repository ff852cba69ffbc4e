namespace Subscriptions.Client;

/// <summary>Where a subscription begins or is moved to.</summary>
public sealed class SubscriptionCursor
{
    private SubscriptionCursor(V1.Cursor wire) => Wire = wire;

    /// <summary>Every document that exists.</summary>
    public static SubscriptionCursor Beginning { get; } =
        new(new V1.Cursor { Beginning = new V1.Cursor.Types.Beginning() });

    /// <summary>Only what changes from now on.</summary>
    public static SubscriptionCursor Now { get; } =
        new(new V1.Cursor { Now = new V1.Cursor.Types.Now() });

    internal V1.Cursor Wire { get; }

    /// <summary>What a change vector has not seen.</summary>
    /// <param name="changeVector">As text, such as <c>p0:1200-00c3a1b2c3d4e5f6, p1:77-01ab…</c>.</param>
    public static SubscriptionCursor FromChangeVector(string changeVector)
    {
        ArgumentException.ThrowIfNullOrEmpty(changeVector);
        return new SubscriptionCursor(new V1.Cursor { ChangeVector = changeVector });
    }

    /// <summary>Where another reader stands.</summary>
    /// <param name="resumeToken">Any token that this database's feeds, streams or subscriptions gave out.</param>
    public static SubscriptionCursor FromResumeToken(string resumeToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(resumeToken);
        return new SubscriptionCursor(new V1.Cursor { ResumeToken = resumeToken });
    }

    /// <inheritdoc/>
    public override string ToString() => Wire.PositionCase switch
    {
        V1.Cursor.PositionOneofCase.Beginning => "beginning",
        V1.Cursor.PositionOneofCase.Now => "now",
        V1.Cursor.PositionOneofCase.ChangeVector => Wire.ChangeVector,
        _ => Wire.ResumeToken,
    };
}
