namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors around the calls of a channel.</summary>
public static class ChannelExtensions
{
    /// <summary>An invoker that runs <paramref name="interceptor"/> around each call.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Interceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptor);
        return channel.CreateCallInvoker().Intercept(interceptor);
    }

    /// <summary>An invoker that runs interceptors around each call; the first one given is the outermost.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptors);
        return channel.CreateCallInvoker().Intercept(interceptors);
    }

    /// <summary>An invoker that lets a function choose the headers of each call.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Func<Metadata, Metadata> interceptor)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptor);
        return channel.CreateCallInvoker().Intercept(interceptor);
    }
}
