using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using SessionOptions = Subscriptions.Core.Delivery.SessionOptions;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>What a worker opens, checked.</summary>
/// <param name="Database">The database.</param>
/// <param name="Subscription">The subscription.</param>
/// <param name="Worker">Who opens, from where, how.</param>
/// <param name="Options">What it asked for, with the defaults filled in.</param>
internal sealed record WorkOpening(string Database, string Subscription, WorkerInfo Worker, SessionOptions Options)
{
    private const int MaxWorkerName = 256;

    /// <summary>Checks a worker's first message.</summary>
    /// <param name="open">The message.</param>
    /// <param name="address">Where the worker is connected from; also its name, if it does not give itself one.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    public static WorkOpening Parse(Wire.WorkOpen open, string address, DateTimeOffset now)
    {
        var database = DatabaseName.Parse(open.Database, "open.database").Value;
        SubscriptionDefinition.CheckName(open.Subscription, "open.subscription");
        var options = SessionOptions.Create(open.MaxDocs, open.MaxBytes, open.Window, open.CloseWhenDrained);
        var worker = new WorkerInfo(NameOf(open, address), address, StrategyOf(open.Strategy), now);
        return new WorkOpening(database, open.Subscription, worker, options);
    }

    private static OpeningStrategy StrategyOf(Wire.OpeningStrategy strategy) => strategy switch
    {
        Wire.OpeningStrategy.Unspecified or Wire.OpeningStrategy.Fail => OpeningStrategy.Fail,
        Wire.OpeningStrategy.Wait => OpeningStrategy.Wait,
        Wire.OpeningStrategy.TakeOver => OpeningStrategy.TakeOver,
        Wire.OpeningStrategy.Concurrent => OpeningStrategy.Concurrent,
        _ => throw new InvalidInputException("open.strategy", ((int)strategy).ToString(CultureInfo.InvariantCulture), "is no opening strategy"),
    };

    private static string NameOf(Wire.WorkOpen open, string address)
    {
        var name = open.WorkerName;
        if (name.Length == 0) return address;
        if (name.Length > MaxWorkerName)
        {
            throw new InvalidInputException(
                "open.worker_name", name, $"is {name.Length} characters long; a worker's name has at most {MaxWorkerName}");
        }

        return name.Any(char.IsControl) ? throw new InvalidInputException("open.worker_name", "", "has a control character") : name;
    }
}
