namespace Grpc.Core;

/// <summary>Carries deadline and cancellation of an incoming call to outgoing ones. Opaque.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
