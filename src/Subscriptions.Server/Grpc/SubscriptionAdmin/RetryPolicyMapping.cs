using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

/// <summary>Retry policies on the wire.</summary>
internal static class RetryPolicyMapping
{
    /// <summary>A policy, with the contract's defaults for what is left out; its ranges are checked by the registry.</summary>
    /// <exception cref="InvalidInputException">A duration is none, or an action is unknown.</exception>
    public static RetryPolicy ToPolicy(Wire.RetryPolicy wire, string field)
    {
        var defaults = RetryPolicy.Default;
        return new RetryPolicy
        {
            MaxAttempts = wire.MaxAttempts == 0 ? defaults.MaxAttempts : wire.MaxAttempts,
            InitialBackoff = wire.InitialBackoff is { } first ? WireTime.ToTimeSpan(first, $"{field}.initial_backoff") : defaults.InitialBackoff,
            MaxBackoff = wire.MaxBackoff is { } most ? WireTime.ToTimeSpan(most, $"{field}.max_backoff") : defaults.MaxBackoff,
            OnExhausted = wire.OnExhausted switch
            {
                Wire.ExhaustedAction.Unspecified => defaults.OnExhausted,
                Wire.ExhaustedAction.DeadLetter => ExhaustedAction.DeadLetter,
                Wire.ExhaustedAction.Stop => ExhaustedAction.Stop,
                var other => throw Unknown($"{field}.on_exhausted", (int)other),
            },
            OnScriptError = wire.OnScriptError switch
            {
                Wire.ScriptErrorAction.Unspecified => defaults.OnScriptError,
                Wire.ScriptErrorAction.Deliver => ScriptErrorAction.Deliver,
                Wire.ScriptErrorAction.Retry => ScriptErrorAction.Retry,
                Wire.ScriptErrorAction.DeadLetter => ScriptErrorAction.DeadLetter,
                var other => throw Unknown($"{field}.on_script_error", (int)other),
            },
        };
    }

    /// <summary>A policy, with nothing left out.</summary>
    public static Wire.RetryPolicy ToWire(RetryPolicy policy) => new()
    {
        MaxAttempts = policy.MaxAttempts,
        InitialBackoff = Duration.FromTimeSpan(policy.InitialBackoff),
        MaxBackoff = Duration.FromTimeSpan(policy.MaxBackoff),
        OnExhausted = (Wire.ExhaustedAction)policy.OnExhausted,
        OnScriptError = (Wire.ScriptErrorAction)policy.OnScriptError,
    };

    private static InvalidInputException Unknown(string field, int value) =>
        new(field, value.ToString(CultureInfo.InvariantCulture), "is no value that this server knows");
}
