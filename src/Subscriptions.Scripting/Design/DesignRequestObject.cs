using Jint;
using Jint.Runtime.Descriptors;
using Subscriptions.Scripting.Sandbox;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Design;

/// <summary>A request in an engine, for one document: what a function changes of it is not there for the next.</summary>
internal sealed class DesignRequestObject(Engine engine, DesignRequest request, Meter meter) : JsonObject(engine, new JsonSource(default, meter))
{
    protected override bool IsItsText => false;

    protected override void Fill()
    {
        foreach (var member in request.Members)
        {
            Properties.Add(member.Name, member.Primitive is { } value
                ? new PropertyDescriptor(value, true, true, true)
                : new JsonProperty(Engine, new JsonSource(member.Json, meter)));
        }
    }
}
