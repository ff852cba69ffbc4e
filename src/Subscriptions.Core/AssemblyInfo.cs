using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Subscriptions.Core.Tests")]
