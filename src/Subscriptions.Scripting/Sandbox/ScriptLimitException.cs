namespace Subscriptions.Scripting.Sandbox;

/// <summary>A function went beyond a limit. Scripts cannot catch it. The message is the end of a sentence that begins with the function.</summary>
internal sealed class ScriptLimitException(string message) : Exception(message);
