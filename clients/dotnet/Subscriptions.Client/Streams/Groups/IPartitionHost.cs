namespace Subscriptions.Client;

/// <summary>Who works on what a group gives out: the consumer.</summary>
internal interface IPartitionHost
{
    /// <summary>The consumer has these partitions too. Their checkpoints are read, and those who had them before are fenced, before anything of them is handled.</summary>
    Task AssignAsync(IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken);

    /// <summary>Gives partitions up: their handlers have returned and their positions are saved when this returns.</summary>
    /// <param name="partitions">Which.</param>
    /// <param name="hurry">Cancelled when they are lost meanwhile: then handlers' tokens are cancelled, and nothing is saved.</param>
    Task RevokeAsync(IReadOnlyCollection<int> partitions, CancellationToken hurry);

    /// <summary>Partitions are lost: their handlers' tokens are cancelled at once, and nothing is saved. Completes when the handlers have returned.</summary>
    Task AbandonAsync(IReadOnlyCollection<int> partitions);
}
