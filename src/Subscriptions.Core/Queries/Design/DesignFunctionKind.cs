namespace Subscriptions.Core.Queries.Design;

/// <summary>What a function of a design document is for.</summary>
public enum DesignFunctionKind
{
    /// <summary><c>function (doc, req)</c>, of <c>filters</c>: lets a document pass when its result counts as true in JavaScript.</summary>
    Filter = 0,

    /// <summary><c>function (doc)</c>, the <c>map</c> of a view: lets a document pass when it calls <c>emit</c> at least once.</summary>
    Map = 1,
}
