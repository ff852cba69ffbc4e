using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Scripting.Sandbox;
using Subscriptions.Scripting.Syntax;

namespace Subscriptions.Scripting.Design;

/// <summary>A function of a design document; it runs in a sandbox that is borrowed for each document.</summary>
internal sealed class DesignProgram(FunctionSource source, DesignFunctionKind kind, QueryLimits limits, SandboxPool pool, TimeProvider time) : IDesignProgram
{
    /// <summary>The function.</summary>
    public FunctionSource Source => source;

    /// <summary>What it is for.</summary>
    public DesignFunctionKind Kind => kind;

    /// <summary>What it may use for one document.</summary>
    public QueryLimits Limits => limits;

    /// <summary>Measures what it takes.</summary>
    public TimeProvider Time => time;

    /// <inheritdoc />
    public IDesignReader CreateReader(ReadOnlyMemory<byte> request) => new DesignReader(this, pool, DesignRequest.Read(request));
}
