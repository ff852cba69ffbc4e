using Xunit;

// Activity sources belong to the process: servers that run side by side would export each other's spans.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
