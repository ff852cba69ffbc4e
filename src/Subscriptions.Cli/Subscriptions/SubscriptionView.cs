using System.Text;
using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>How subscriptions are shown.</summary>
internal sealed class SubscriptionView : View<SubscriptionInfo>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Column<SubscriptionInfo>> Columns { get; } =
    [
        new("Name", subscription => subscription.Definition.Name),
        new("State", State),
        new("Lag", subscription => Readable.Number(subscription.Lag), IsNumber: true),
        new("Retries", subscription => Readable.Number(subscription.RetryCount), IsNumber: true),
        new("Dead", subscription => Readable.Number(subscription.DeadLetterCount), IsNumber: true),
        new("Last ack", subscription => subscription.LastAckAt is { } at ? Readable.Instant(at) : "never"),
        new("Query", subscription => subscription.Definition.Query),
    ];

    /// <inheritdoc/>
    public override string None => "no subscriptions";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Details(SubscriptionInfo item)
    {
        yield return ("name", item.Definition.Name);
        yield return ("query", item.Definition.Query);
        if (item.Definition.Parameters.Length > 0) yield return ("parameters", item.Definition.Parameters);
        yield return ("includes deletions", item.Definition.IncludeDeletes ? "yes" : "no");
        yield return ("ack timeout", item.Definition.AckTimeout is { } timeout ? Readable.Duration(timeout) : "none");
        yield return ("retries", Describe(item.Definition.RetryPolicy));
        yield return ("state", State(item));
        if (item.StoppedReason is { } reason) yield return ("stopped because", reason);
        yield return ("id", item.Id);
        yield return ("created", Readable.Instant(item.CreatedAt));
        yield return ("acked up to", item.ChangeVector.Length > 0 ? item.ChangeVector : "nothing yet");
        yield return ("resume token", item.ResumeToken);
        yield return ("last ack", item.LastAckAt is { } at ? Readable.Instant(at) : "never");
        yield return ("lag", $"{Readable.Count(item.Lag, "change")}, matching or not");
        yield return ("failed items", $"{Readable.Number(item.RetryCount)} to be tried again, {Readable.Count(item.DeadLetterCount, "dead letter")}");
        yield return ("fencing token", Readable.Number(item.FencingToken));
        foreach (var worker in item.Workers) yield return ("worker", Describe(worker));
        foreach (var worker in item.WaitingWorkers) yield return ("waiting", Describe(worker));
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, SubscriptionInfo item)
    {
        json.WriteString("name", item.Definition.Name);
        json.WriteString("query", item.Definition.Query);
        json.WriteBoolean("includeDeletes", item.Definition.IncludeDeletes);
        json.WriteBoolean("disabled", item.Definition.Disabled);
        WriteDefinition(json, item.Definition);
        json.WriteString("id", item.Id);
        json.WriteString("createdAt", item.CreatedAt.UtcDateTime);
        json.WriteString("changeVector", item.ChangeVector);
        json.WriteString("resumeToken", item.ResumeToken);
        if (item.LastAckAt is { } at) json.WriteString("lastAckAt", at.UtcDateTime);
        else json.WriteNull("lastAckAt");
        json.WriteNumber("fencingToken", item.FencingToken);
        json.WriteNumber("lag", item.Lag);
        json.WriteNumber("retryCount", item.RetryCount);
        json.WriteNumber("deadLetterCount", item.DeadLetterCount);
        json.WriteString("stoppedReason", item.StoppedReason);
        WriteWorkers(json, "workers", item.Workers);
        WriteWorkers(json, "waitingWorkers", item.WaitingWorkers);
    }

    private static string State(SubscriptionInfo item) => item switch
    {
        { StoppedReason: not null } => "stopped",
        { Definition.Disabled: true } => "disabled",
        { Workers.Count: 0 } => "free",
        { Workers: [var only] } => $"held by {only.Name}",
        _ => $"shared by {item.Workers.Count}",
    };

    private static string Describe(RetryPolicy policy) =>
        $"{Readable.Count(policy.MaxAttempts, "attempt")}, waits of {DurationText.Write(policy.InitialBackoff)} to {DurationText.Write(policy.MaxBackoff)}, "
        + $"then {PolicyNames.Of(policy.OnExhausted)}; on a script's error {PolicyNames.Of(policy.OnScriptError)}";

    private static void WriteDefinition(Utf8JsonWriter json, SubscriptionDefinition definition)
    {
        JsonText.WriteContent(json, "parameters", Encoding.UTF8.GetBytes(definition.Parameters));
        if (definition.AckTimeout is { } timeout) json.WriteNumber("ackTimeoutMs", (long)timeout.TotalMilliseconds);
        else json.WriteNull("ackTimeoutMs");
        json.WriteStartObject("retryPolicy");
        json.WriteNumber("maxAttempts", definition.RetryPolicy.MaxAttempts);
        json.WriteNumber("initialBackoffMs", (long)definition.RetryPolicy.InitialBackoff.TotalMilliseconds);
        json.WriteNumber("maxBackoffMs", (long)definition.RetryPolicy.MaxBackoff.TotalMilliseconds);
        json.WriteString("onExhausted", PolicyNames.Of(definition.RetryPolicy.OnExhausted));
        json.WriteString("onScriptError", PolicyNames.Of(definition.RetryPolicy.OnScriptError));
        json.WriteEndObject();
    }

    private static string Describe(WorkerInfo worker)
    {
        var since = worker.ConnectedAt is { } at ? $" since {Readable.Instant(at)}" : string.Empty;
        var token = worker.FencingToken > 0 ? $", token {worker.FencingToken}" : string.Empty;
        var inFlight = worker.BatchesInFlight > 0 ? $", {Readable.Count(worker.BatchesInFlight, "batch", "batches")} under way" : string.Empty;
        return $"{worker.Name} from {worker.Address}{since}, opened with {StrategyName.Of(worker.Strategy)}{token}{inFlight}";
    }

    private static void WriteWorkers(Utf8JsonWriter json, string name, IReadOnlyList<WorkerInfo> workers)
    {
        json.WriteStartArray(name);
        foreach (var worker in workers)
        {
            json.WriteStartObject();
            json.WriteString("name", worker.Name);
            json.WriteString("address", worker.Address);
            if (worker.ConnectedAt is { } at) json.WriteString("connectedAt", at.UtcDateTime);
            json.WriteString("strategy", StrategyName.Of(worker.Strategy));
            json.WriteNumber("fencingToken", worker.FencingToken);
            json.WriteNumber("batchesInFlight", worker.BatchesInFlight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
