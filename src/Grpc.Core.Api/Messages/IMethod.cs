namespace Grpc.Core;

/// <summary>A remote method, without the types of its messages.</summary>
public interface IMethod
{
    /// <summary>Which sides stream.</summary>
    MethodType Type { get; }

    /// <summary>Name of the service with its package, such as <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>Name of the method within its service.</summary>
    string Name { get; }

    /// <summary>Path of the method on the wire: <c>/service/method</c>.</summary>
    string FullName { get; }
}
