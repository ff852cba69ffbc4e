namespace Grpc.Core;

/// <summary>Adds the headers that authorize a call to <paramref name="metadata"/>.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
