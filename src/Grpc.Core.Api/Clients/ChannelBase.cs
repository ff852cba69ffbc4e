namespace Grpc.Core;

/// <summary>Connections to one target. Thread-safe; meant to be shared and kept.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to this target.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>Where the channel leads to.</summary>
    public string Target { get; }

    /// <summary>An invoker of calls over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends the channel; completes when its resources are freed.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Does <see cref="ShutdownAsync"/>; a channel with nothing to wait for need not override it.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
