namespace Subscriptions.Client;

/// <summary>A page of changes.</summary>
/// <param name="Rows">The changes.</param>
/// <param name="ResumeToken">Where the page ends: the next one begins here.</param>
/// <param name="Pending">
/// How many changes are left after it, matching or not; those that newer ones replaced are counted as well.
/// </param>
/// <param name="Rewound">
/// Why, for people, the page begins further back than it was asked to; <see langword="null"/> when it does not. Rows come again then, and
/// documents that you have and that do not come again may be gone.
/// </param>
public sealed record ChangesPage(IReadOnlyList<ChangeRow> Rows, string ResumeToken, long Pending, string? Rewound);
