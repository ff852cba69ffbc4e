using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Dates of years that the engine counts to in time; it counts year by year, and for the months of a year again. Others are invalid.</summary>
internal static class DateFunctions
{
    private const double MaxYears = 10_000;
    private const double MaxMonths = 1_200;
    private const double MaxTime = MaxYears * 366 * 24 * 3600 * 1000;
    private const int MaxText = 100;

    private static readonly JsValue NaN = new(double.NaN);

    public static void Replace(Engine engine, Meter meter)
    {
        Builtins.Wrap(engine, meter, engine.Date, "parse", inner => (self, arguments) => inner(self, [Text(new JsValue(TypeConverter.ToString(arguments.At(0))))]));
        Builtins.Wrap(engine, meter, engine.Date, "UTC", inner => (self, arguments) => arguments.Length < 2 ? NaN : inner(self, Parts(arguments)));

        var prototype = engine.Date.PrototypeObject;
        Limit(engine, meter, "setTime", arguments => [Time(arguments.At(0))]);
        foreach (var name in new[] { "setFullYear", "setUTCFullYear", "setYear" }) Limit(engine, meter, name, Parts);
        foreach (var name in new[] { "setMonth", "setUTCMonth" }) Limit(engine, meter, name, arguments => [Within(arguments.At(0), MaxMonths), .. Numbers(arguments.Skip(1))]);
        foreach (var (name, property) in prototype.GetOwnProperties().ToArray())
        {
            // All others add to a time; what they come to is checked by the next that counts.
            if (name.StartsWith("set", StringComparison.Ordinal) && property.Value is not null) Limit(engine, meter, name, arguments => [.. Numbers(arguments)]);
        }
    }

    /// <summary>What the constructor may be called with.</summary>
    public static JsValue[] Limited(JsValue[] arguments)
    {
        if (arguments.Length > 1) return Parts(arguments);
        if (arguments.Length == 0) return arguments;

        var value = TypeConverter.ToPrimitive(arguments[0]);
        return [value.IsString() ? Text(value) : Time(value)];
    }

    private static void Limit(Engine engine, Meter meter, string name, Func<JsValue[], JsValue[]> limit) =>
        Builtins.Wrap(engine, meter, engine.Date.PrototypeObject, name, inner => (self, arguments) => inner(self, limit(arguments)));

    private static JsValue[] Parts(JsValue[] arguments)
    {
        JsValue[] parts =
        [
            .. arguments.Take(1).Select(year => Within(year, MaxYears)),
            .. arguments.Skip(1).Take(1).Select(month => Within(month, MaxMonths)),
            .. Numbers(arguments.Skip(2)),
        ];

        // The engine takes some parts that are no numbers for zero; a year that is none makes the date invalid.
        if (parts.Any(part => double.IsNaN(part.AsNumber()))) parts[0] = NaN;
        return parts;
    }

    // Days and less; their sum stays within the years that can be counted.
    private static IEnumerable<JsValue> Numbers(IEnumerable<JsValue> arguments) => arguments.Select(a => Within(a, int.MaxValue / 1000));

    private static JsValue Text(JsValue text) => text.AsString().Length <= MaxText ? text : new JsValue("");

    private static JsValue Time(JsValue value) => Within(value, MaxTime);

    private static JsValue Within(JsValue value, double limit)
    {
        var number = TypeConverter.ToNumber(value);
        return Math.Abs(number) <= limit ? new JsValue(number) : NaN;
    }
}
