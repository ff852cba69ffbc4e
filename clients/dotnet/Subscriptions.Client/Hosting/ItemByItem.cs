using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>Runs a handler of items on a batch's items, each in a scope of its own.</summary>
internal sealed partial class ItemByItem<THandler>(
    IServiceScopeFactory scopes,
    SubscriptionHandlerOptions options,
    ILogger logger) : ISubscriptionHandler
    where THandler : class, ISubscriptionItemHandler
{
    /// <inheritdoc/>
    public async Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        foreach (var item in batch.Items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (batch.IsSettled)
            {
                return;
            }

            await HandleAsync(item, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(SubscriptionItem item, SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(item, batch, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsOfTheItem(e, batch, cancellationToken))
        {
            Failed(logger, item.Id, item.Attempt, options.Database, options.Subscription, options.OnHandlerError, e);
            if (options.OnHandlerError == HandlerErrorAction.NackItems)
            {
                await batch.NackItemAsync(item, e.Message, (e as ItemFailedException)?.RetryIn, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    // What is not the item's own goes on to whoever runs the batch.
    private bool IsOfTheItem(Exception e, SubscriptionBatch batch, CancellationToken cancellationToken) =>
        options.OnHandlerError is HandlerErrorAction.NackItems or HandlerErrorAction.Ignore
        && e is not SubscriptionLeaseLostException
        && !batch.IsSettled
        && !batch.LeaseLost.IsCancellationRequested
        && !cancellationToken.IsCancellationRequested;

    [LoggerMessage(EventId = 27, Level = LogLevel.Error,
        Message = "The handler failed on '{Id}' (attempt {Attempt}) of {Database}/{Subscription}; OnHandlerError is {Action}.")]
    private static partial void Failed(
        ILogger logger, string id, int attempt, string database, string subscription, HandlerErrorAction action, Exception exception);
}
