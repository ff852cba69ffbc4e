using Microsoft.Extensions.Options;

namespace Subscriptions.Client;

/// <summary>Lists everything that is wrong with the client's options.</summary>
internal sealed class SubscriptionsClientOptionsValidator : IValidateOptions<SubscriptionsClientOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SubscriptionsClientOptions options) =>
        options.Validate() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
}

/// <summary>Lists everything that is wrong with a hosted worker's options.</summary>
internal sealed class SubscriptionHandlerOptionsValidator : IValidateOptions<SubscriptionHandlerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SubscriptionHandlerOptions options) =>
        options.Validate() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
}
