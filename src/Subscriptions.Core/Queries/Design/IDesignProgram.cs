namespace Subscriptions.Core.Queries.Design;

/// <summary>A function of a design document, ready to be called. Thread-safe.</summary>
public interface IDesignProgram
{
    /// <summary>Something to call the function with for one reader. Cheap.</summary>
    /// <param name="request">What a filter gets as <c>req</c>: one JSON object, valid and not deeper than documents; a map function does not get it.</param>
    IDesignReader CreateReader(ReadOnlyMemory<byte> request);
}
