namespace Subscriptions.Cli.Importing;

/// <summary>Told how an import gets on.</summary>
internal interface IImportObserver
{
    /// <summary>Called often, also when nothing has changed: it must return at once.</summary>
    void OnProgress(in ImportProgress progress);
}
