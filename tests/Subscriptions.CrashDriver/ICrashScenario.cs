using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver;

/// <summary>Work that is to be killed.</summary>
public interface ICrashScenario
{
    /// <summary>
    /// Works on the stores of the folder, on what earlier runs left there, and writes to the journal what it is about to do and what it was
    /// promised. Returns after enough work that a parent which meant to kill it has missed its chance.
    /// </summary>
    Task RunAsync(DataFolder folder, int seed, CrashJournal journal);
}
