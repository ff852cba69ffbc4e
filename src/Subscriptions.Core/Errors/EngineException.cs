namespace Subscriptions.Core.Errors;

/// <summary>The engine refuses a call, or ends a conversation, for a reason of the public contract. Nothing was changed.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The reason.</param>
    /// <param name="message">For people: the thing, the value, the limit and the knob.</param>
    /// <param name="metadata">For programs: as listed with the reason in errors.proto.</param>
    public EngineException(ErrorCode code, string message, params (string Key, string Value)[] metadata)
        : base(message)
    {
        Code = code;
        Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>Creates the exception over its cause, which goes to the log and not to the caller.</summary>
    public EngineException(ErrorCode code, string message, Exception cause)
        : base(message, cause)
    {
        Code = code;
        Metadata = new Dictionary<string, string>();
    }

    private EngineException(EngineException original, Dictionary<string, string> metadata)
        : base(original.Message, original.InnerException)
    {
        Code = original.Code;
        Metadata = metadata;
    }

    /// <summary>The reason.</summary>
    public ErrorCode Code { get; }

    /// <summary>Details for programs.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The same error with details that only its place in the program knows; those that it has already win.</summary>
    public EngineException With(params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var merged = new Dictionary<string, string>(Metadata);
        foreach (var (key, value) in metadata) merged.TryAdd(key, value);
        return new EngineException(this, merged);
    }

    /// <summary>True when a worker that is ended for this reason should connect again by itself.</summary>
    public bool IsReconnect => Code is ErrorCode.SubscriptionChanged or ErrorCode.WorkerSilent or ErrorCode.AckTimeout
        or ErrorCode.ShuttingDown or ErrorCode.HistoryChanged or ErrorCode.DatabaseBusy or ErrorCode.LeaseLost or ErrorCode.StoreFailed or ErrorCode.DiskFull or ErrorCode.LimitExceeded;
}
