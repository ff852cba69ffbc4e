using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

/// <summary>Revision settings on the wire.</summary>
internal static class RevisionMapping
{
    /// <summary>All settings that a caller asks for; their values are not checked.</summary>
    /// <exception cref="InvalidInputException">A collection is there twice, or a time is none.</exception>
    public static RevisionSettings ToSettings(RepeatedField<Wire.CollectionRevisions> wire, string field)
    {
        var settings = RevisionSettings.None;
        for (var i = 0; i < wire.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]");
            if (settings.Collections.ContainsKey(wire[i].Collection))
                throw new InvalidInputException(name + ".collection", wire[i].Collection, "is there twice; each collection has its settings once");
            settings = settings.With(wire[i].Collection, ToRevisions(wire[i], name));
        }

        return settings;
    }

    /// <summary>One collection's settings; their values are not checked.</summary>
    /// <exception cref="InvalidInputException">The age is no duration.</exception>
    public static CollectionRevisions ToRevisions(Wire.CollectionRevisions wire, string field) => new()
    {
        IsEnabled = !wire.Disabled,
        MaxCount = wire.HasMaxCount ? wire.MaxCount : null,
        MaxAge = wire.MaxAge is { } age ? WireTime.ToTimeSpan(age, field + ".max_age") : null,
        PurgeOnDelete = wire.PurgeOnDelete,
    };

    /// <summary>One collection's settings for a caller.</summary>
    public static Wire.CollectionRevisions ToWire(string collection, CollectionRevisions revisions)
    {
        var wire = new Wire.CollectionRevisions
        {
            Collection = collection,
            Disabled = !revisions.IsEnabled,
            MaxAge = revisions.MaxAge is { } age ? Duration.FromTimeSpan(age) : null,
            PurgeOnDelete = revisions.PurgeOnDelete,
        };
        if (revisions.MaxCount is { } count) wire.MaxCount = count;
        return wire;
    }
}
