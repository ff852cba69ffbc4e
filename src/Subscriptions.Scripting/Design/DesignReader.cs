using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Design;

/// <summary>Asks a function for one reader, each time in a sandbox that is borrowed.</summary>
internal sealed class DesignReader(DesignProgram program, SandboxPool pool, DesignRequest request) : IDesignReader
{
    /// <inheritdoc />
    public bool Passes(Change change)
    {
        var sandbox = pool.Rent(program, static program => new DesignSandbox(program));
        try
        {
            return sandbox.Run(static state => state.Sandbox.Passes(state.Change, state.Request), (Sandbox: sandbox, Change: change, Request: request));
        }
        finally
        {
            pool.Return(sandbox);
        }
    }
}
