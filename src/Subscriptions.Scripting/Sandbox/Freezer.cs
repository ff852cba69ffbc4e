using Jint.Native.Object;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Makes objects unchangeable, with all that can be reached from them.</summary>
internal static class Freezer
{
    public static void Freeze(ObjectInstance root)
    {
        var seen = new HashSet<ObjectInstance>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<ObjectInstance>([root]);
        while (pending.TryPop(out var next))
        {
            if (!seen.Add(next)) continue;

            next.Extensible = false;
            if (next.Prototype is not null) pending.Push(next.Prototype);
            foreach (var (_, property) in next.GetOwnProperties())
            {
                property.Configurable = false;
                if (property.IsAccessorDescriptor())
                {
                    if (property.Get?.IsObject() == true) pending.Push(property.Get.AsObject());
                    if (property.Set?.IsObject() == true) pending.Push(property.Set.AsObject());
                    continue;
                }

                property.Writable = false;
                if (property.Value?.IsObject() == true) pending.Push(property.Value.AsObject());
            }
        }
    }
}
