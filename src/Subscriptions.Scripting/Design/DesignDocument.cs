using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using Subscriptions.Core.Documents;
using Subscriptions.Scripting.Sandbox;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Design;

/// <summary>A document as functions of design documents see it: what is in it comes behind its id and its revision.</summary>
internal sealed class DesignDocument(Engine engine, Change change, Meter meter) : JsonObject(engine, new JsonSource(ContentOf(change), meter))
{
    private static readonly byte[] NoContent = "{}"u8.ToArray();

    protected override bool IsItsText => false;

    protected override void Fill()
    {
        Add("_id", new JsValue(change.Id));
        Add("_rev", new JsValue(change.Revision.ToString()));
        if (change.IsTombstone) Add("_deleted", JsValue.True);
        base.Fill();
    }

    private static ReadOnlyMemory<byte> ContentOf(Change change) => change.IsTombstone || change.Content.IsEmpty ? NoContent : change.Content;

    private void Add(string name, JsValue value) => Properties.Add(name, new PropertyDescriptor(value, true, true, true));
}
